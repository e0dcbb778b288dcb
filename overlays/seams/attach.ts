import { PatchError } from '../../core/errors.ts';
import { findMark, type Mark, marker } from '../foreign/mark.ts';
import { type Members, replaceMembers } from '../foreign/members.ts';
import { version } from '../version.ts';
import { type OverlayOptions, setOptions } from './overlay-options.ts';

/** A kind of SDK class, told by its behaviour, and how the ladder reaches it. */
export interface Family<T extends object = object> {
  readonly name: string;
  /** Members that the seams rest on: a class that has them all, the first one as its own, is of this family. */
  readonly required: readonly [string, ...string[]];
  /**
   * Of a family whose classes have no members that tell them from others: the prototype that the seams go onto, for an instance
   * of the family. A patch names the family of such a class.
   */
  prototypeOf?(instance: object): object | undefined;
  /** Of a family of clients: instances, never opened, of the classes of connections that this client makes. */
  connectionsBehind?(client: T): readonly object[];
  /** @param self path or URL of the module that asks */
  seams(prototype: T, self: string | undefined): Seams<T>;
}

/** What goes onto one class of the SDK. */
export interface Seams<T extends object = object> {
  /** The class's prototype first, and then those of the objects that it makes. */
  readonly patches: readonly [Patch, ...Patch[]];
  /** Its connections; clients have none of their own. */
  readonly registry?: Connections<T>;
  /** Takes over what an instance that was made before has already handed out. */
  adopt?(instance: T): void;
  /** @throws {PatchError} when the class cannot honour the options */
  check?(options: OverlayOptions): void;
}

/** What installing needs of a `Registry`. */
interface Connections<T extends object> {
  isActive: boolean;
  onIdle(ws: T): void;
  readonly openInstances: readonly T[];
  connectionOf(ws: T): { readonly ended: boolean };
}

export interface Patch {
  readonly object: object;
  readonly name: string;
  readonly members: Members;
}

/** `cover` is how an overlay of any version reaches what is installed. */
export interface InstalledMark extends Mark {
  cover(target: object, options: OverlayOptions): () => void;
}

export interface Installation {
  readonly mark: InstalledMark;
  /** Takes it off again: nothing, if it was there before. */
  uninstall(): void;
}

/** The SDK's own members, to be called when hangup's are in their place. */
export function snapshot<T extends object>(prototype: T): T {
  return Object.create(Object.getPrototypeOf(prototype), Object.getOwnPropertyDescriptors(prototype));
}

/** Where hangup puts the seams of a target, and the classes and the instance below it, which have to leave them alone. */
interface Place {
  readonly family: Family;
  readonly prototype: object;
  readonly below: readonly object[];
}

/** @param target a class of the SDK, or an instance; `undefined` when it is of none of the families */
export function findPlace(target: unknown, families: readonly Family[]): Place | undefined {
  const below: object[] = [];
  const start: unknown = typeof target === 'function' ? target.prototype : target;
  if (typeof start !== 'object') return undefined;
  for (let at = start; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const prototype = at;
    const family = families.find(({ required, prototypeOf }) => {
      if (prototypeOf !== undefined) return false;
      return Object.hasOwn(prototype, required[0]) && required.every((name) => name in prototype);
    });
    if (family !== undefined) return { family, prototype, below };
    below.push(at);
  }
  if (start === null) return undefined;
  return typeof target === 'function' ? markedPlace(start, families) : placeOfInstance(start, below, families);
}

/** A class that does not tell its family by itself has been marked with it, or is not known. */
function markedPlace(start: object, families: readonly Family[]): Place | undefined {
  const family = families.find(({ name, prototypeOf }) => prototypeOf && name === findMark(start)?.family);
  return family && { family, prototype: start, below: [] };
}

function placeOfInstance(instance: object, above: object[], families: readonly Family[]): Place | undefined {
  for (const family of families) {
    const prototype = family.prototypeOf?.(instance);
    if (prototype !== undefined) return { family, prototype, below: above.slice(0, above.indexOf(prototype)) };
  }
  return undefined;
}

function namedPlace(target: object, families: readonly Family[], named: string): Place | undefined {
  const family = families.find(({ name }) => name === named);
  const { prototype } = target as { prototype: object };
  return family && { family, prototype, below: [] };
}

/**
 * Puts the seams onto the class of a target: a class, or an instance of it.
 *
 * @param named the family of a class that does not tell it by itself
 * @throws {PatchError} when hangup cannot be the one who answers the calls; then nothing has been changed
 */
export function install(target: object, families: readonly Family[], self?: string, named?: string): Installation {
  const place = named === undefined ? findPlace(target, families) : namedPlace(target, families, named);
  if (place === undefined) throw wrongTarget(target, 'it is of no kind that hangup knows');
  const { prototype, below, family } = place;
  const installed = findMark<InstalledMark>(prototype);
  // That of a class above, of another kind, says nothing of this one.
  const { mark, put } =
    installed?.family !== family.name
      ? (inUse.get(prototype) ?? prepare(prototype, family, self))
      : { mark: installed, put: () => () => {} };
  const replaced = Object.keys(mark.functions);
  for (const object of below) {
    const overridden = replaced.find((name) => Object.hasOwn(object, name));
    if (overridden === undefined) continue;
    throw new PatchError(
      'ERR_PATCH_SUBCLASS',
      `overlay() cannot patch ${object.constructor?.name ?? 'this object'}`,
      `it overrides ${overridden}(), and hangup has to be the one who answers that call`,
      'Overlay the class of the SDK itself before it is subclassed, and wrap the connection instead of overriding it',
    );
  }
  return { mark, uninstall: put() };
}

/** What can be handed in instead is the business of each SDK's overlay, which names it in `next`. */
export function wrongTarget(target: unknown, why: string, next = 'Use a version of the SDK that the README lists') {
  const isObject = typeof target === 'object' && target !== null;
  const name = typeof target === 'function' ? `class ${target.name}` : isObject ? 'this object' : String(target);
  return new PatchError('ERR_PATCH_TARGET', `overlay() cannot patch ${name}`, why, next);
}

interface Prepared {
  readonly mark: InstalledMark;
  /** Puts the seams in, and returns what takes them out. */
  put(): () => void;
}

/** What is in, or what connections opened under an undone overlay still use. */
const inUse = new WeakMap<object, Prepared>();

function prepare(prototype: object, family: Family, self: string | undefined): Prepared {
  const { patches, registry, adopt, check } = family.seams(prototype, self);
  const [ofClass, ...ofOthers] = patches;
  const mark: InstalledMark = {
    version,
    family: family.name,
    functions: functionsOf(ofClass.members),
    cover(target, options) {
      check?.(options);
      const isInstance = Object.prototype.isPrototypeOf.call(prototype, target);
      if (isInstance) adopt?.(target);
      return cover(isInstance ? registry : undefined, target, options);
    },
  };
  const marked: Members = { ...ofClass.members, [marker]: { value: mark } };

  let removeOthers: (() => void) | undefined;
  /** Connections that are open when the overlay is undone keep their seams until they close. */
  const kept = new Map<object, () => void>();
  const removeUnused = () => {
    if (registry?.isActive || kept.size > 0) return;
    removeOthers?.();
    removeOthers = undefined;
    inUse.delete(prototype);
  };
  if (registry !== undefined) {
    registry.onIdle = (ws) => {
      // One that was disconnected keeps them: its calls must not dial after all.
      if (!registry.connectionOf(ws).ended) kept.get(ws)?.();
      kept.delete(ws);
      removeUnused();
    };
  }
  const prepared: Prepared = {
    mark,
    put() {
      const remove = replaceMembers(prototype, ofClass.name, marked);
      try {
        removeOthers ??= replaceAll(ofOthers);
      } catch (error) {
        remove();
        throw error;
      }
      if (registry !== undefined) registry.isActive = true;
      inUse.set(prototype, prepared);
      return () => {
        remove();
        if (registry !== undefined) registry.isActive = false;
        for (const ws of registry?.openInstances ?? []) {
          if (!kept.has(ws)) kept.set(ws, replaceMembers(ws, ofClass.name, marked));
        }
        removeUnused();
      };
    },
  };
  return prepared;
}

function replaceAll(patches: readonly Patch[]): () => void {
  const removers: (() => void)[] = [];
  const removeAll = () => {
    for (const remove of removers.splice(0).reverse()) remove();
  };
  try {
    for (const { object, name, members } of patches) removers.push(replaceMembers(object, name, members));
  } catch (error) {
    removeAll();
    throw error;
  }
  return removeAll;
}

function functionsOf(members: Members): Record<string, unknown> {
  const entries = Object.entries(members).map(([name, { value }]): [string, unknown] => [name, value]);
  return Object.fromEntries(entries.filter(([, value]) => typeof value === 'function'));
}

/** @param registry of the target, when that is a connection */
function cover(registry: Connections<object> | undefined, target: object, options: OverlayOptions): () => void {
  if (typeof target === 'function') return setOptions((target as { prototype: object }).prototype, options);
  const reset = setOptions(target, options);
  try {
    // A live connection is taken over as it is.
    registry?.connectionOf(target);
    return reset;
  } catch (error) {
    reset();
    throw error;
  }
}
