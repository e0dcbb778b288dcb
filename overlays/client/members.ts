import type { ConnectionStatus, DisconnectableClient } from '../../core/disconnectable.ts';
import { type Members, setMember } from '../foreign/members.ts';
import { type Access, disconnectableMembers, type Level } from '../seams/disconnectable-members.ts';
import { optionsOfInstance } from '../seams/overlay-options.ts';
import { clientState, knownState } from './client-state.ts';

/** A client, or a client with all its parts. */
interface ClientLevel extends Level {
  readonly connections: readonly ConnectionStatus[];
}

/** The members of the contract for clients. */
export function clientMembers<T extends object>(access: Access<T, ClientLevel>): Members {
  const { levelOf, isInstance } = access;
  const members: Pick<DisconnectableClient, 'connections'> & ThisType<T> = {
    get connections() {
      return isInstance(this) ? levelOf(this).connections : [];
    },

    // The class had no such member: an app may keep a list of its own under this name.
    set connections(value) {
      setMember(this, 'connections', { value, writable: true, enumerable: true });
    },
  };
  return { ...disconnectableMembers(access), ...Object.getOwnPropertyDescriptors(members) };
}

/** The members of a client that ends the connections which it opened, and its requests in flight. */
export const ownClientMembers = (): Members =>
  clientMembers({
    levelOf: clientState,
    optionsOf: (client) => optionsOfInstance(client),
    isInstance: (client) => knownState(client) !== undefined,
  });
