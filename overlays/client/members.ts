import type { Members } from '../foreign/members.ts';
import { disconnectableMembers } from '../seams/disconnectable-members.ts';
import { optionsFor } from '../seams/overlay-options.ts';
import { clientState, knownState } from './client-state.ts';

/** The members of a client that ends the connections which it opened, and its requests in flight. */
export function clientMembers(): Members {
  return disconnectableMembers({
    levelOf: clientState,
    optionsOf: (client) => optionsFor(client),
    isInstance: (client) => knownState(client) !== undefined,
  });
}
