import { PatchError } from '../../core/errors.ts';

export type Members = Record<PropertyKey, PropertyDescriptor>;

/** Copies the SDK's own members, so that they can be called when hangup's are in their place. */
export function snapshot<T extends object>(prototype: T): T {
  return Object.create(Object.getPrototypeOf(prototype), Object.getOwnPropertyDescriptors(prototype));
}

/**
 * Puts members, not enumerable, on an object that is not ours, and returns a function that takes them off again. This and
 * `setMember` are the only places in hangup that redefine members of foreign objects.
 *
 * @throws {PatchError} when the object is frozen or a member cannot be replaced; then nothing has been changed
 */
export function replaceMembers(object: object, name: string, members: Members): () => void {
  const keys = Reflect.ownKeys(members);
  const before = new Map(keys.map((key) => [key, Object.getOwnPropertyDescriptor(object, key)]));
  for (const [key, descriptor] of before) {
    const fixed = descriptor === undefined ? !Object.isExtensible(object) : descriptor.configurable === false;
    if (!fixed) continue;
    throw new PatchError(
      'ERR_PATCH_FROZEN',
      `${name} cannot be overlaid`,
      `it is frozen or sealed, so \`${String(key)}\` cannot be added`,
      'Call overlay() before the code that freezes it',
    );
  }
  for (const key of keys) {
    Object.defineProperty(object, key, { ...members[key as string], configurable: true, enumerable: false });
  }
  return () => {
    for (const [key, descriptor] of before) {
      if (descriptor === undefined) Reflect.deleteProperty(object, key);
      else Object.defineProperty(object, key, descriptor);
    }
  };
}

/**
 * Puts one member on a single object of the SDK's that lives no longer than a stream or a socket, and needs no undo. A sealed
 * object takes another value for a member that it has.
 *
 * @throws {TypeError} when the object is frozen, or is sealed without the member
 */
export function setMember(object: object, key: PropertyKey, descriptor: PropertyDescriptor): void {
  try {
    Object.defineProperty(object, key, { ...descriptor, configurable: true });
  } catch (error) {
    const isFixed = Object.getOwnPropertyDescriptor(object, key)?.writable !== true;
    if (isFixed || !('value' in descriptor)) throw error;
    Object.defineProperty(object, key, { value: descriptor.value });
  }
}
