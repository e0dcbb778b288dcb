import type { Disconnectable } from '../../../core/disconnectable.ts';
import { readBudget } from '../../../core/options.ts';
import { clientState } from '../../clients.ts';
import type { Family } from '../../install.ts';
import { optionsFor } from '../../options.ts';
import type { Members } from '../../overlay.ts';
import { wrapperBehind } from '../source-router/family.ts';

interface CompatClient {
  /** A `Cartesia`: it sends the requests, and is the client of the connections. */
  readonly client: object;
  readonly tts: { websocket(config: object): object };
}

/** `CartesiaClient` of `backcompat` in 3.x and 4.x: a shell around a client of today. */
export const compatClient: Family<CompatClient> = {
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
  const members: Disconnectable & ThisType<Disconnectable & CompatClient> = {
    get connected() {
      // Also asked of the prototype, by whoever lists its members.
      const { client } = this as Disconnectable & Partial<CompatClient>;
      return client !== undefined && clientState(client).connected;
    },

    disconnect(force) {
      return clientState(this.client).disconnect(readBudget(force, optionsFor(this.client, this).timeout));
    },

    async [Symbol.asyncDispose]() {
      await this.disconnect();
    },
  };
  return Object.getOwnPropertyDescriptors(members) as Members;
}
