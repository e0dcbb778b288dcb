import { keep, kept } from './keep.ts';
import { setMember } from './members.ts';

type Take<T, V> = (owner: T, value: V) => void;

/**
 * Makes the member of a prototype that takes the value which a constructor assigns to `this[key]`: an SDK may show it to
 * nobody else. The instance keeps the value in an accessor of its own, which takes later values too.
 *
 * @param refuse gets the value that an instance cannot keep, because it is sealed or frozen. Then the assignment throws, as
 *   without hangup
 */
export function onAssigned<T extends object, V>(
  key: string,
  take: Take<T, V>,
  refuse?: (value: V) => void,
): PropertyDescriptor {
  return {
    get: () => undefined,
    set(this: T, value: V) {
      try {
        keepAssigned(this, key, value, take);
      } catch (error) {
        refuse?.(value);
        throw error;
      }
      take(this, value);
    },
  };
}

/** Makes the member of a prototype that keeps the value which the SDK assigns, also with an instance that is sealed or frozen. */
export function keptAside(key: string): PropertyDescriptor {
  const symbol = Symbol(`hangup.${key}`);
  return {
    get(this: object) {
      return kept(this, symbol);
    },
    set(this: object, value: unknown) {
      keep(this, symbol, value);
    },
  };
}

/** The value of a member of one instance. */
interface Assigned<T, V> {
  readonly owner: T;
  value: V;
  readonly take: Take<T, V>;
}

/** The accessor of a member, and the key under which an instance keeps its value. */
interface Accessor {
  readonly valueKey: symbol;
  readonly descriptor: PropertyDescriptor;
}

const accessors = new Map<string, Accessor>();

/** Instances share the accessor: V8 makes objects slow whose members of the same name have other functions. */
function accessorOf(key: string): Accessor {
  const known = accessors.get(key);
  if (known !== undefined) return known;
  const valueKey = Symbol(`hangup.assigned.${key}`);
  const assignedOf = (object: object) => kept<Assigned<object, unknown>>(object, valueKey);
  const descriptor: PropertyDescriptor = {
    get(this: object) {
      return assignedOf(this)?.value;
    },
    set(this: object, value: unknown) {
      const assigned = assignedOf(this)!;
      assigned.value = value;
      assigned.take(assigned.owner, value);
    },
    enumerable: true,
  };
  const accessor = { valueKey, descriptor };
  accessors.set(key, accessor);
  return accessor;
}

/**
 * Keeps a value as a member of an instance, and takes each value that is assigned to it later. An instance that was sealed
 * with the member keeps it as it is, and nobody hears of later values.
 *
 * @throws {TypeError} when the instance was sealed without the member
 */
export function keepAssigned<T extends object, V>(owner: T, key: string, value: V, take: Take<T, V>): void {
  if (Object.getOwnPropertyDescriptor(owner, key)?.configurable === false) return;
  const { valueKey, descriptor } = accessorOf(key);
  setMember(owner, key, descriptor);
  keep<Assigned<T, V>>(owner, valueKey, { owner, value, take });
}
