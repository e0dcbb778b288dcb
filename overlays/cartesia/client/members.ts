import type { Disconnectable } from '../../../core/disconnectable.ts';
import { readBudget } from '../../../core/options.ts';
import { clientState } from '../../clients.ts';
import { optionsFor } from '../../options.ts';
import type { Members } from '../../overlay.ts';

/** What every client of the SDK gets: it ends the connections that it opened, and the requests in flight. */
export function clientMembers(): Members {
  const members: Disconnectable & ThisType<Disconnectable> = {
    get connected() {
      return clientState(this).connected;
    },

    disconnect(force) {
      return clientState(this).disconnect(readBudget(force, optionsFor(this).timeout));
    },

    async [Symbol.asyncDispose]() {
      await this.disconnect();
    },
  };
  return Object.getOwnPropertyDescriptors(members) as Members;
}
