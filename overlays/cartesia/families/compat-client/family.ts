import { clientState } from '../../../client/client-state.ts';
import { clientMembers } from '../../../client/members.ts';
import type { Members } from '../../../foreign/members.ts';
import type { Family } from '../../../seams/family.ts';
import { optionsOfInstance } from '../../../seams/overlay-options.ts';
import { wrapperBehind } from '../source-router/family.ts';

interface CompatClient {
  /** A `Cartesia`: it sends the requests, and is the client of the connections. */
  readonly client: object;
  readonly tts: { websocket(config: object): object };
}

/** `CartesiaClient` of `backcompat` in 3.x and 4.x: a shell around a client of today. */
export const compatClient: Family<CompatClient> = {
  sdk: 'cartesia',
  name: 'compat-client',
  required: ['constructor'],
  prototypeOf(instance) {
    const { client } = instance as { client?: unknown };
    const isShell = typeof client === 'object' && client !== null && 'makeRequest' in client;
    return isShell && Object.hasOwn(instance, 'voiceChanger') ? Object.getPrototypeOf(instance) : undefined;
  },
  connectionsBehind: (shell) => [shell.client, wrapperBehind(shell)],
  seams: (prototype) => ({ patches: [{ object: prototype, name: 'the client', members: shellMembers() }] }),
};

function shellMembers(): Members {
  return clientMembers<CompatClient>({
    levelOf: ({ client }) => clientState(client),
    optionsOf: (shell) => optionsOfInstance(shell, shell.client),
    isInstance: ({ client }) => client !== undefined,
  });
}
