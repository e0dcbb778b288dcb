import { marker } from '../../core/symbols.ts';
import { type ClientMark, clientState } from '../client/client-state.ts';
import { EarlyConnections } from '../client/early-connections.ts';
import { findMark } from '../foreign/mark.ts';
import { type Members, replaceMembers } from '../foreign/members.ts';
import { version } from '../version.ts';
import { findSite, markOf, namedSite } from './families.ts';
import type { Family, Patch, Seams } from './family.ts';
import { coverWith, type OverlayOptions } from './overlay-options.ts';
import { overridden, wrongTarget } from './refusals.ts';

/** `cover` is how an overlay of any version sets options where seams are attached already. */
export interface SeamMark extends ClientMark {
  cover(target: object, options: OverlayOptions): () => void;
  /** Called when an overlay of the target has put the seams on: on a class of clients, it notes the connections that are open. */
  lookBack?(target: object): void;
}

export interface Attached {
  readonly mark: SeamMark;
  /** Takes the seams off again. Seams that were there before stay. */
  detach(): void;
}

/**
 * Puts the seams onto the class of a target.
 *
 * @param target a class, or an instance of it
 * @param named the family of a class that does not tell it by itself
 * @throws {PatchError} when hangup cannot answer all calls of the class; then nothing has been changed
 */
export function attach(target: object, families: readonly Family[], self?: string, named?: string): Attached {
  const site = named === undefined ? findSite(target, families) : namedSite(target, families, named);
  if (site === undefined) throw wrongTarget(target, 'it is of no kind that hangup knows');
  const { prototype, below, family } = site;
  const present = findMark<SeamMark>(prototype);
  // A mark of another family is that of a class above, and says nothing of this one.
  const { mark, put } =
    present?.family !== markOf(family)
      ? (inUse.get(prototype) ?? prepare(prototype, family, self))
      : { mark: present, put: () => () => {} };
  const replaced = Object.keys(mark.functions);
  for (const object of below) {
    const name = replaced.find((name) => Object.hasOwn(object, name));
    if (name !== undefined) throw overridden(object, name);
  }
  return { mark, detach: put() };
}

interface Prepared {
  readonly mark: SeamMark;
  /** Puts the seams on, and returns a function that takes them off. */
  put(): () => void;
}

/** Seams that are on a class, or that connections opened under an undone overlay still use. */
const inUse = new WeakMap<object, Prepared>();

function prepare(prototype: object, family: Family, self: string | undefined): Prepared {
  const seams = family.seams(prototype, self);
  const { registry } = seams;
  const [ofClass, ...ofOthers] = seams.patches;
  const mark = makeMark(prototype, family, seams);
  const marked: Members = { ...ofClass.members, [marker]: { value: mark } };
  let removeOthers: (() => void) | undefined;
  const onUnused = () => {
    removeOthers?.();
    removeOthers = undefined;
    inUse.delete(prototype);
  };
  const prepared: Prepared = {
    mark,
    put() {
      const remove = replaceMembers(prototype, ofClass.name, marked);
      try {
        removeOthers ??= replaceAll(ofOthers);
        registry?.activate();
      } catch (error) {
        remove();
        onUnused();
        throw error;
      }
      inUse.set(prototype, prepared);
      return () => {
        remove();
        if (registry === undefined) onUnused();
        else registry.retire(ofClass.name, marked, onUnused);
      };
    },
  };
  return prepared;
}

function makeMark(prototype: object, family: Family, { patches, registry, adopt, check }: Seams): SeamMark {
  const { addressesOf } = family;
  const early = addressesOf && new EarlyConnections(family.sdk, addressesOf);
  const isOfClass = (target: object): boolean => Object.prototype.isPrototypeOf.call(prototype, target);
  const note = (client: object, isNew?: boolean | undefined) => {
    const found = early?.of(client, isNew) ?? [];
    if (found.length > 0) clientState(client).hasOpened(found);
  };
  return {
    version,
    family: markOf(family),
    functions: functionsOf(patches[0].members),
    cover(target, options) {
      check?.(options);
      const isInstance = isOfClass(target);
      if (isInstance) note(target, adopt?.(target));
      // A live connection is taken over as it is.
      return coverWith(target, options, () => isInstance && registry?.connectionOf(target));
    },
    lookBack(target) {
      early?.look();
      // It may be known from an overlay that was undone.
      if (isOfClass(target)) note(target);
    },
    openedBefore(client) {
      if (early === undefined) return [];
      let isNew: boolean | undefined = true;
      try {
        isNew = adopt?.(client);
      } catch {
        // It is frozen: nothing of it can be taken over.
      }
      return early.of(client, isNew);
    },
  };
}

function functionsOf(members: Members): Record<string, unknown> {
  const entries = Object.entries(members).map(([name, { value }]): [string, unknown] => [name, value]);
  return Object.fromEntries(entries.filter(([, value]) => typeof value === 'function'));
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
