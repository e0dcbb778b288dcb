import { clientState } from '../../../client/client-state.ts';
import type { Members } from '../../../foreign/members.ts';
import { disconnectableMembers } from '../../../seams/disconnectable-members.ts';
import { optionsFor } from '../../../seams/overlay-options.ts';

/** What every client of the SDK gets: it ends the connections that it opened, and the requests in flight. */
export function clientMembers(): Members {
  return disconnectableMembers({
    rungOf: clientState,
    optionsOf: (client) => optionsFor(client),
    isInstance: () => true,
  });
}
