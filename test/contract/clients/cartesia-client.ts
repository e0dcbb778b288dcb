import { createRequire } from 'node:module';
import { WebSocket } from 'ws';
import { overlay } from '../../../overlays/cartesia/index.ts';
import { type Cell, isOverlaid, packageOf } from '../../support/sdk.ts';
import { apiKey } from '../stage.ts';
import { asIs, type Caller, type ClientDriver, drain, speech } from './driver.ts';

interface Client {
  tts: Record<'bytes' | 'sse', (request: object, options: object) => Promise<unknown>> & Connecting;
  voices: { list(options: object): Promise<unknown> };
}
/** The part of a client that makes connections, in all versions before 3. */
export interface Connecting {
  websocket(options: object): { connect(options: object): Promise<unknown> };
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
  tls: true,
  async load(cell: Cell) {
    const { CartesiaClient } = require(packageOf(cell)) as { CartesiaClient: new (options: Options) => Client };
    return (environment, { wrap = asIs, ...options } = {}) => {
      const made = new CartesiaClient({ environment, apiKey });
      if (isOverlaid(cell.delivery)) overlay(made);
      const client = wrap(made);
      return {
        client: client as unknown as Caller['client'],
        calls: {
          bytes: async () => drain(await client.tts.bytes(request, options)),
          sse: async () => drain(await client.tts.sse(request, options)),
          list: () => client.voices.list(options),
        },
        connect: () => connectBy(client),
      };
    };
  },
};

/** Opens a connection of a client before 3. */
export async function connectBy({ tts }: { tts: Connecting }): Promise<unknown> {
  const options = { sampleRate: 16_000, container: 'raw', encoding: 'pcm_s16le' };
  return tts.websocket(options).connect({ WebSocket });
}
