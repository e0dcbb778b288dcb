import { type EventEmitter, once } from 'node:events';
import { createRequire } from 'node:module';
import { overlay } from '../../../overlays/deepgram/index.ts';
import { deepgram as sdk } from '../../../overlays/deepgram/sdk.ts';
import { isOverlaid, packageOf } from '../../support/sdk.ts';
import { optionsFor } from '../drivers/deepgram-live.ts';
import { asIs, type Caller, type ClientDriver } from './driver.ts';

/** The SDK's methods resolve with their error, which has the one that it got. */
interface Answer {
  error: { originalError?: unknown } | null;
}
interface Client {
  speak: { request(source: object, options: object): Promise<{ getStream(): Promise<unknown> }> };
  listen: {
    prerecorded: { transcribeUrl(source: object, options: object): Promise<Answer> };
    live(options: object): EventEmitter;
  };
  manage: { getProjects(): Promise<Answer> };
}

const require = createRequire(import.meta.url);

/** @throws the error that the SDK got */
function raise(error: Answer['error']): void {
  if (error !== null) throw error.originalError ?? error;
}

const thrown = async (call: Promise<Answer>) => raise((await call).error);

/** `DeepgramClient` of 3.4 to 4.x. It has no event streams, and retries nothing. */
export const deepgramLegacy: ClientDriver = {
  sdk: 'deepgram',
  className: 'DeepgramClient',
  family: 'live-client',
  readsStatus: true,
  retries: false,
  isNative: 'WebSocket' in globalThis,
  async load({ version, delivery }) {
    const { createClient } = require(packageOf({ sdk, version, delivery })) as {
      createClient(options: object): Client;
    };
    return (url, { wrap = asIs } = {}) => {
      const made = createClient(optionsFor({ url }));
      if (isOverlaid(delivery)) overlay(made);
      const client = wrap(made);
      return {
        client: client as unknown as Caller['client'],
        calls: {
          bytes: async () => {
            const answer = await client.speak.request({ text: 'hello' }, {}).catch(raise);
            await new Response((await answer!.getStream()) as ReadableStream).arrayBuffer();
          },
          sse: () => thrown(client.listen.prerecorded.transcribeUrl({ url: 'https://127.0.0.1:9' }, {})),
          list: () => thrown(client.manage.getProjects()),
        },
        async connect() {
          const connection = client.listen.live({ model: 'a-model' });
          // The test ends it, which Node's own WebSocket tells as an error.
          connection.on('error', () => {});
          await once(connection, 'open');
        },
      };
    };
  },
};
