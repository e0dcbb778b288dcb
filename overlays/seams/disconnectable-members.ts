import type { Budget, Deadline } from '../../core/deadline.ts';
import type { Disconnectable } from '../../core/disconnectable.ts';
import type { Ladder } from '../../core/ladder.ts';
import { readBudget } from '../../core/options.ts';
import type { Connection } from '../connection/connection.ts';
import type { Registry } from '../connection/registry.ts';
import type { Members } from '../foreign/members.ts';

/** A connection, or all that a client has opened. */
interface Rung {
  readonly connected: boolean;
  end(limit: Budget | Deadline): Ladder;
}

/** How an object of the SDK is ended. */
interface Reach<T> {
  rungOf(object: T): Rung;
  optionsOf(object: T): { readonly timeout: number };
  /** `connected` is also asked of the prototype, by whoever lists its members: it has nothing to be connected with. */
  isInstance(object: T): boolean;
}

/** What every object of the SDK's gets that hangup ends: the contract. */
export function disconnectableMembers<T extends object>({ rungOf, optionsOf, isInstance }: Reach<T>): Members {
  const members: Disconnectable & ThisType<T & Disconnectable> = {
    get connected() {
      const object = this as unknown as T;
      return isInstance(object) && rungOf(object).connected;
    },

    disconnect(force) {
      // A force needs no budget, and thousands may be forced together.
      const timeout = force === true ? 0 : optionsOf(this).timeout;
      return rungOf(this).end(readBudget(force, timeout)).ended;
    },

    async [Symbol.asyncDispose]() {
      await this.disconnect();
    },
  };
  return Object.getOwnPropertyDescriptors(members) as Members;
}

/** The same for objects that are connections, and keep their socket under that name. */
export function connectionMembers<T extends object, C extends Connection>(registry: Registry<T, C>): Members {
  return disconnectableMembers<T>({
    rungOf: (ws) => registry.connectionOf(ws),
    optionsOf: (ws) => registry.optionsOf(ws),
    isInstance: (ws) => Object.hasOwn(ws, 'socket'),
  });
}
