import type { Family } from '../../install.ts';
import { catchInstance } from '../../overlay.ts';
import { clientMembers } from './members.ts';

interface CartesiaClient {
  tts: { websocket(): unknown };
}

/** `Cartesia` of 3.x and 4.x. */
export const client: Family<CartesiaClient> = {
  name: 'client',
  required: ['fetchWithTimeout', 'makeRequest', 'retryRequest'],
  connectionsBehind: ({ tts }) =>
    [catchInstance('_contextQueues', () => tts.websocket())].filter((ws) => ws !== undefined),
  seams: (prototype) => ({ patches: [{ object: prototype, name: 'the client', members: clientMembers() }] }),
};
