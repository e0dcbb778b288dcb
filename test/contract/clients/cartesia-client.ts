import { createRequire } from 'node:module';
import { overlay } from '../../../overlays/cartesia/index.ts';
import { type Cell, isOverlaid, packageOf } from '../../support/sdk.ts';
import { apiKey } from '../stage.ts';
import { type Caller, type ClientDriver, drain, speech } from './driver.ts';

interface Client {
  tts: Record<'bytes' | 'sse', (request: object, options: object) => Promise<unknown>>;
  voices: { list(options: object): Promise<unknown> };
}
type Options = { environment: string; apiKey: string };

const require = createRequire(import.meta.url);
const { model_id: modelId, transcript, voice } = speech;
const request = {
  modelId,
  transcript,
  voice,
  outputFormat: { container: 'raw', encoding: 'pcm_s16le', sampleRate: 16_000 },
};

/** `CartesiaClient` of 2.x. */
export const cartesiaClient: ClientDriver = {
  className: 'CartesiaClient',
  family: 'resource-client',
  readsStatus: true,
  async load(cell: Cell) {
    const { CartesiaClient } = require(packageOf(cell)) as { CartesiaClient: new (options: Options) => Client };
    return (environment, options = {}) => {
      const client = new CartesiaClient({ environment, apiKey });
      if (isOverlaid(cell.delivery)) overlay(client);
      return {
        client: client as unknown as Caller['client'],
        calls: {
          bytes: async () => drain(await client.tts.bytes(request, options)),
          sse: async () => drain(await client.tts.sse(request, options)),
          list: () => client.voices.list(options),
        },
      };
    };
  },
};
