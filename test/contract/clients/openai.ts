import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { overlay } from '../../../overlays/openai/index.ts';
import { openai as sdk } from '../../../overlays/openai/sdk.ts';
import { isOverlaid, packageOf } from '../../support/sdk.ts';
import { apiKey } from '../stage.ts';
import { type Caller, type ClientDriver, drain } from './driver.ts';

interface Client {
  post(path: string, options: object): Promise<unknown>;
  models: { list(): AsyncIterable<unknown> };
}
type ClientClass = new (options: { baseURL: string; apiKey: string; maxRetries?: number }) => Client;

const require = createRequire(import.meta.url);

/** `OpenAI`. */
export const openai: ClientDriver = {
  sdk: 'openai',
  className: 'OpenAI',
  family: 'client',
  readsStatus: true,
  hidesReason: (kind, version) => version.startsWith('4.') || (version.startsWith('7.') && kind !== 'bytes'),
  async load({ version, delivery, format }) {
    const path = join(packageOf({ sdk, version, delivery }), `index${format === 'cjs' ? '.js' : '.mjs'}`);
    const module = extname(path) === '.js' ? require(path) : await import(/* @vite-ignore */ pathToFileURL(path).href);
    const { OpenAI } = module as { OpenAI: ClientClass };
    return (baseURL, options) => {
      const client = new OpenAI({ baseURL, apiKey, ...options });
      if (isOverlaid(delivery)) overlay(client);
      return {
        client: client as unknown as Caller['client'],
        calls: {
          bytes: async () =>
            ((await client.post('/tts/bytes', { body: {}, __binaryResponse: true })) as Response).arrayBuffer(),
          sse: async () => drain(await client.post('/tts/sse', { body: {}, stream: true })),
          list: async () => void (await client.models.list()),
        },
      };
    };
  },
};
