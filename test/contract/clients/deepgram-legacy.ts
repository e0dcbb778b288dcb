import { createRequire } from 'node:module';
import { overlay } from '../../../overlays/deepgram/index.ts';
import { deepgram as sdk } from '../../../overlays/deepgram/sdk.ts';
import { isOverlaid, packageOf } from '../../support/sdk.ts';
import { optionsFor } from '../drivers/deepgram-live.ts';
import type { Caller, ClientDriver } from './driver.ts';

/** The SDK's methods resolve with their error, which has the one that it got. */
interface Answer {
  error: { originalError?: unknown } | null;
}
interface Client {
  speak: { request(source: object, options: object): Promise<{ getStream(): Promise<unknown> }> };
  listen: { prerecorded: { transcribeUrl(source: object, options: object): Promise<Answer> } };
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
  async load({ version, delivery }) {
    const { createClient } = require(packageOf({ sdk, version, delivery })) as {
      createClient(options: object): Client;
    };
    return (url) => {
      const client = createClient(optionsFor({ url }));
      if (isOverlaid(delivery)) overlay(client);
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
      };
    };
  },
};
