import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { overlay } from '../../../overlays/deepgram/index.ts';
import { deepgram as sdk } from '../../../overlays/deepgram/sdk.ts';
import { isOverlaid, packageOf } from '../../support/sdk.ts';
import { optionsFor } from '../drivers/streaming.ts';
import { asIs, type Caller, type ClientDriver } from './driver.ts';

type Options = { maxRetries?: number };
interface Client {
  speak: {
    v1: { audio: { generate(request: object, options: Options): Promise<{ arrayBuffer(): Promise<unknown> }> } };
  };
  listen: {
    v1: {
      media: { transcribeUrl(request: object, options: Options): Promise<unknown> };
      connect(options: object): Promise<{ connect(): void; waitForOpen(): Promise<unknown> }>;
    };
  };
  manage: { v1: { projects: { list(options: Options): Promise<unknown> } } };
}
type ClientClass = new (options: object) => Client;

const require = createRequire(import.meta.url);

/** `DeepgramClient` of 5.x. It has no event streams. */
export const deepgram: ClientDriver = {
  sdk: 'deepgram',
  className: 'CustomDeepgramClient',
  family: 'client',
  readsStatus: true,
  async load({ version, delivery, format }) {
    const path = join(packageOf({ sdk, version, delivery }), `dist/${format}/index.${format === 'cjs' ? 'js' : 'mjs'}`);
    const module = format === 'cjs' ? require(path) : await import(/* @vite-ignore */ pathToFileURL(path).href);
    const { DeepgramClient } = module as { DeepgramClient: ClientClass };
    return (url, { wrap = asIs, ...options } = {}) => {
      const made = new DeepgramClient(optionsFor({ url }));
      if (isOverlaid(delivery)) overlay(made);
      const client = wrap(made);
      return {
        client: client as unknown as Caller['client'],
        calls: {
          bytes: async () => (await client.speak.v1.audio.generate({ text: 'hello' }, options)).arrayBuffer(),
          sse: () => client.listen.v1.media.transcribeUrl({ url: 'https://127.0.0.1:9' }, options),
          list: () => client.manage.v1.projects.list(options),
        },
        async connect() {
          const ws = await client.listen.v1.connect({ model: 'a-model' });
          ws.connect();
          return ws.waitForOpen();
        },
      };
    };
  },
};
