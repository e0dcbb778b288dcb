import { setMember } from './members.ts';

type Take<T, V> = (owner: T, value: V) => void;

/**
 * Makes the member of a prototype that takes the value which a constructor assigns to `this[key]`: an SDK may show it to
 * nobody else. The instance keeps the value in an accessor of its own, which takes later values too.
 */
export function onAssigned<T extends object, V>(key: string, take: Take<T, V>): PropertyDescriptor {
  return {
    get: () => undefined,
    set(this: T, value: V) {
      keepAssigned(this, key, value, take);
      take(this, value);
    },
  };
}

/** Keeps a value as a member of an instance, and takes each value that is assigned to it later. */
export function keepAssigned<T extends object, V>(owner: T, key: string, value: V, take: Take<T, V>): void {
  let current = value;
  setMember(owner, key, {
    get: () => current,
    set: (next: V) => {
      current = next;
      take(owner, next);
    },
    enumerable: true,
  });
}
