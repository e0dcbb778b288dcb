import { type EventEmitter, once } from 'node:events';
import { createRequire } from 'node:module';
import { overlay } from '../../../overlays/elevenlabs/index.ts';
import { elevenlabs as sdk } from '../../../overlays/elevenlabs/sdk.ts';
import { isOverlaid, packageOf } from '../../support/sdk.ts';
import { apiKey } from '../stage.ts';
import { asIs, type Caller, type ClientDriver, drain } from './driver.ts';

interface Client {
  textToSpeech: Record<'convert' | 'stream', (voice: string, request: object, options: object) => Promise<unknown>>;
  speechToText: { realtime: { connect(options: object): Promise<{ websocket: EventEmitter }> } };
  models: { list(options: object): Promise<unknown> };
}
type ClientClass = new (options: { baseUrl: string; apiKey: string }) => Client;

const require = createRequire(import.meta.url);
const request = { text: 'hello' };
/** The server tells the kind of an answer by the path, which has the voice. */
const voice = 'bytes';

/** `ElevenLabsClient`. It has no server-sent events that the server could send: both of its streams are audio. */
export const elevenlabs: ClientDriver = {
  sdk: 'elevenlabs',
  className: 'ElevenLabsClient',
  family: 'client',
  readsStatus: true,
  async load({ version, delivery }) {
    const { ElevenLabsClient } = require(packageOf({ sdk, version, delivery })) as { ElevenLabsClient: ClientClass };
    return (baseUrl, { wrap = asIs, ...options } = {}) => {
      const made = new ElevenLabsClient({ baseUrl, apiKey });
      if (isOverlaid(delivery)) overlay(made);
      const client = wrap(made);
      return {
        client: client as unknown as Caller['client'],
        calls: {
          bytes: async () => drain(await client.textToSpeech.convert(voice, request, options)),
          sse: async () => drain(await client.textToSpeech.stream(voice, request, options)),
          list: () => client.models.list(options),
        },
        async connect() {
          const options = { modelId: 'a-model', audioFormat: 'pcm_16000', sampleRate: 16_000 };
          const { websocket } = await client.speechToText.realtime.connect(options);
          return once(websocket, 'open');
        },
      };
    };
  },
};
