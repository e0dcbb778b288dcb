import { findMark } from '../foreign/mark.ts';
import type { Family } from './family.ts';

/** The prototype that the seams of a target go onto. The classes and the instance below it have to leave them alone. */
export interface SeamSite {
  readonly family: Family;
  readonly prototype: object;
  readonly below: readonly object[];
}

/**
 * Tells the family of a target, and finds the prototype that its seams go onto.
 *
 * @param target a class of the SDK, or an instance
 * @returns `undefined` when it is of none of the families
 */
export function findSite(target: unknown, families: readonly Family[]): SeamSite | undefined {
  const below: object[] = [];
  const start: unknown = typeof target === 'function' ? target.prototype : target;
  if (typeof start !== 'object') return undefined;
  for (let at = start; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const prototype = at;
    const family = families.find(({ required, prototypeOf, isOwn }) => {
      if (prototypeOf !== undefined || !Object.hasOwn(prototype, required[0])) return false;
      return required.every((name) => name in prototype) && isOwn?.(prototype, target as object) !== false;
    });
    if (family !== undefined) return { family, prototype, below };
    below.push(at);
  }
  if (start === null) return undefined;
  return typeof target === 'function' ? markedSite(start, families) : siteOfInstance(start, below, families);
}

/** A class that does not tell its family by itself has been marked with it, or is not known. */
function markedSite(start: object, families: readonly Family[]): SeamSite | undefined {
  const family = families.find((one) => one.prototypeOf && markOf(one) === findMark(start)?.family);
  return family && { family, prototype: start, below: [] };
}

function siteOfInstance(instance: object, above: object[], families: readonly Family[]): SeamSite | undefined {
  for (const family of families) {
    const prototype = family.prototypeOf?.(instance);
    if (prototype !== undefined) return { family, prototype, below: above.slice(0, above.indexOf(prototype)) };
  }
  return undefined;
}

/** The family of a mark: two SDKs may have families of the same name. */
export const markOf = ({ sdk, name }: Family): string => `${sdk}/${name}`;

/** The site of a class whose family the caller names. */
export function namedSite(Class: object, families: readonly Family[], named: string): SeamSite | undefined {
  const family = families.find(({ name }) => name === named);
  const { prototype } = Class as { prototype: object };
  return family && { family, prototype, below: [] };
}
