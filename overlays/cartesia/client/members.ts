import { clientState } from '../../clients.ts';
import { disconnectableMembers } from '../../disconnectable.ts';
import { optionsFor } from '../../options.ts';
import type { Members } from '../../overlay.ts';

/** What every client of the SDK gets: it ends the connections that it opened, and the requests in flight. */
export function clientMembers(): Members {
  return disconnectableMembers({
    rungOf: clientState,
    optionsOf: (client) => optionsFor(client),
    isInstance: () => true,
  });
}
