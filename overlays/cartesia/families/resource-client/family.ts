import { addressesIn } from '../../../fern/addresses.ts';
import { resourceSeams } from '../../../fern/resources.ts';
import type { Family } from '../../../seams/family.ts';
import { connectionsBehind } from '../reconnecting/family.ts';
import { transcribing } from './transcription-loop.ts';

interface ResourceClient {
  tts: { websocket(options: object): object };
}

/** `CartesiaClient` of 2.x. */
export const resourceClient: Family<ResourceClient> = {
  sdk: 'cartesia',
  name: 'resource-client',
  required: ['tts', 'apiStatus', 'voices', 'voiceChanger'],
  connectionsBehind,
  addressesOf: (client) => addressesIn(client, 'https://api.cartesia.ai'),
  seams: (prototype) =>
    resourceSeams(prototype, { connecting: 'websocket', reading: { transcribeChunks: transcribing } }),
};
