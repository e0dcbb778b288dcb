import { type Family, snapshot } from '../../install.ts';
import { catchInstance } from '../../overlay.ts';
import { clientMembers } from './members.ts';
import { type RequestingClient, requestMembers } from './requests.ts';

interface CartesiaClient extends RequestingClient {
  tts: { websocket(): unknown };
}

/** `Cartesia` of 3.x and 4.x. */
export const client: Family<CartesiaClient> = {
  name: 'client',
  required: ['fetchWithTimeout', 'makeRequest', 'retryRequest'],
  connectionsBehind: ({ tts }) =>
    [catchInstance('_contextQueues', () => tts.websocket())].filter((ws) => ws !== undefined),
  seams: (prototype) => {
    const members = { ...clientMembers(), ...requestMembers(snapshot(prototype)) };
    return { patches: [{ object: prototype, name: 'the client', members }] };
  },
};
