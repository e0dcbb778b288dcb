import { replaceMembers } from './members.ts';

type Method = (this: object, ...args: unknown[]) => unknown;

/**
 * Sees the calls of one method of an object that is not ours, while somebody wants to see them. Other code may replace the
 * same method meanwhile, and may keep it replaced: then the observer stays below it, and only hands the calls on.
 */
export class Tap {
  readonly #object: Record<string, Method>;
  readonly #key: string;
  readonly #onCall: (self: object) => void;
  #watchers = 0;
  #observed: Method | undefined;
  #restore = () => {};

  /** @param onCall is called after the method, with the object that it was called on. It must not throw. */
  constructor(object: object, key: string, onCall: (self: never) => void) {
    this.#object = object as Record<string, Method>;
    this.#key = key;
    this.#onCall = onCall as (self: object) => void;
  }

  /** Begins to see the calls. {@link close} has to follow. Sees none where the object is frozen. */
  open(): void {
    if (++this.#watchers > 1 || this.#observed !== undefined) return;
    const method = this.#object[this.#key]!;
    const onCall = (self: object) => {
      if (this.#watchers > 0) this.#onCall(self);
    };
    const observed: Method = function (...args) {
      const result = method.apply(this, args);
      onCall(this);
      return result;
    };
    try {
      this.#restore = replaceMembers(this.#object, this.#key, { [this.#key]: { value: observed, writable: true } });
      this.#observed = observed;
    } catch {
      // Nothing is seen, and the caller notices that.
    }
  }

  close(): void {
    if (--this.#watchers > 0 || this.#object[this.#key] !== this.#observed) return;
    this.#observed = undefined;
    this.#restore();
  }
}
