import type { Members } from '../foreign/members.ts';
import { disconnectableMembers } from '../seams/disconnectable-members.ts';
import type { Connection } from './connection.ts';
import type { Registry } from './registry.ts';

/**
 * The members of the contract, for objects that are connections.
 *
 * @param own a member that every instance has as its own, and no prototype
 */
export function connectionMembers<T extends object, C extends Connection>(
  registry: Registry<T, C>,
  own = 'socket',
): Members {
  return disconnectableMembers<T>({
    levelOf: (ws) => registry.connectionOf(ws),
    optionsOf: (ws) => registry.optionsOf(ws),
    isInstance: (ws) => Object.hasOwn(ws, own),
  });
}
