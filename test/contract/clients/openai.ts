import { type EventEmitter, once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { overlay } from '../../../overlays/openai/index.ts';
import { openai as sdk } from '../../../overlays/openai/sdk.ts';
import { isOverlaid, packageOf } from '../../support/sdk.ts';
import { apiKey } from '../stage.ts';
import { asIs, type Caller, type ClientDriver, drain } from './driver.ts';

interface Client {
  post(path: string, options: object): Promise<unknown>;
  models: { list(): AsyncIterable<unknown> };
}
type RealtimeClass = new (props: object, client: object) => { socket: EventEmitter };
type ClientClass = new (options: { baseURL: string; apiKey: string; maxRetries?: number }) => Client;

const require = createRequire(import.meta.url);

/** `OpenAI`. */
export const openai: ClientDriver = {
  sdk: 'openai',
  className: 'OpenAI',
  family: 'client',
  readsStatus: true,
  hasPrivateMembers: true,
  tls: true,
  hidesReason: (kind, version) => version.startsWith('4.') || (version.startsWith('7.') && kind !== 'bytes'),
  async load({ version, delivery, format }) {
    const load = (file: string): unknown => {
      const path = join(packageOf({ sdk, version, delivery }), `${file}${format === 'cjs' ? '.js' : '.mjs'}`);
      return format === 'cjs' ? require(path) : import(/* @vite-ignore */ pathToFileURL(path).href);
    };
    const { OpenAI } = (await load('index')) as { OpenAI: ClientClass };
    const { OpenAIRealtimeWS } = (await load(version.startsWith('4.') ? 'beta/realtime/ws' : 'realtime/ws')) as {
      OpenAIRealtimeWS: RealtimeClass;
    };
    return (baseURL, { wrap = asIs, ...options } = {}) => {
      const made = new OpenAI({ baseURL, apiKey, ...options });
      const classes = [OpenAIRealtimeWS];
      if (isOverlaid(delivery)) for (const target of [made, ...classes]) overlay(target);
      const client = wrap(made);
      return {
        client: client as unknown as Caller['client'],
        classes,
        calls: {
          bytes: async () =>
            ((await client.post('/tts/bytes', { body: {}, __binaryResponse: true })) as Response).arrayBuffer(),
          sse: async () => drain(await client.post('/tts/sse', { body: {}, stream: true })),
          list: async () => void (await client.models.list()),
        },
        connect: async ({ ca }) =>
          once(new OpenAIRealtimeWS({ model: 'a-model', options: { ca } }, client).socket, 'open'),
      };
    };
  },
};
