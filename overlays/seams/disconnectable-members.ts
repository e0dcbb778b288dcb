import type { Budget, Deadline } from '../../core/deadline.ts';
import type { Disconnectable } from '../../core/disconnectable.ts';
import type { Ladder } from '../../core/ladder.ts';
import { readBudget } from '../../core/options.ts';
import { type Members, setMember } from '../foreign/members.ts';

/** One level that can be ended: a connection, or everything that a client has opened. */
export interface Level {
  readonly connected: boolean;
  end(limit: Budget | Deadline, drain?: number): Ladder;
}

/** How an object of the SDK is reached, to be ended. */
export interface Access<T, L extends Level = Level> {
  levelOf(object: T): L;
  optionsOf(object: T): { readonly timeout: number };
  /** Code that lists the members of a prototype reads `connected` there, and a prototype has nothing to be connected with. */
  isInstance(object: T): boolean;
}

/** The members of the contract, for objects of an SDK that hangup ends. */
export function disconnectableMembers<T extends object>({ levelOf, optionsOf, isInstance }: Access<T>): Members {
  const members: Disconnectable & ThisType<T & Disconnectable> = {
    get connected() {
      const object = this as unknown as T;
      return isInstance(object) && levelOf(object).connected;
    },

    // The class had no such member: an app may keep a flag of its own under this name.
    set connected(value) {
      setMember(this, 'connected', { value, writable: true, enumerable: true });
    },

    disconnect(force) {
      // A force needs no budget, and thousands may be forced together.
      const timeout = force === true ? 0 : optionsOf(this).timeout;
      const budget = readBudget(force, timeout);
      return levelOf(this).end(budget, 'drain' in budget ? budget.drain : 0).ended;
    },

    async [Symbol.asyncDispose]() {
      await this.disconnect();
    },
  };
  return Object.getOwnPropertyDescriptors(members) as Members;
}
