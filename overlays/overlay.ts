import { PatchError } from '../core/errors.ts';
import { shared } from '../core/shared.ts';
import { findMark } from './foreign/mark.ts';
import { type Attached, attach, type SeamMark } from './seams/attach.ts';
import { findSite, type SeamSite } from './seams/families.ts';
import type { Family } from './seams/family.ts';
import { checkOptions, type OverlayOptions } from './seams/overlay-options.ts';
import { wrongTarget } from './seams/refusals.ts';
import { warnIfUntested } from './untested.ts';
import { version } from './version.ts';
import { warn } from './warn.ts';

/** Describes one SDK to its `overlay()`. */
export interface OverlaidSdk {
  readonly families: readonly Family[];
  readonly packageName: string;
  /** hangup's tests play this version of the SDK. */
  isTested(version: string): boolean;
  /** URL of the SDK's entry, `import.meta.url`. */
  readonly self: string;
  /** The targets that users can hand in. Completes the sentence "Hand in …". */
  readonly accepts: string;
}

export interface Overlay<T> {
  /** The same object that was handed in. */
  readonly target: T;
  /** Takes the overlay off. Connections that are open keep it until they close. */
  undo(): void;
}

interface Use {
  detach: () => void;
  users: number;
}

/** The seams that the overlays of all copies of hangup have attached, by their mark, and how many overlays use them. */
const inUse = () => shared('overlays@1', () => new Map<SeamMark, Use>());

/**
 * Makes the `overlay()` of one SDK.
 *
 * The seams go onto the SDK's classes, whichever target is given: every connection of those classes gets them, and a
 * client or an instance is a way to find the class. Options count for the target alone. On a class that is patched already
 * (on disk, at load time, by an earlier call) only the options are set.
 */
export function makeOverlay(sdk: OverlaidSdk): <T extends object>(target: T, options?: OverlayOptions) => Overlay<T> {
  return (target, options = {}) => {
    const checked = checkOptions(options);
    const removers: (() => void)[] = [];
    const undo = () => {
      for (const remove of removers.splice(0).reverse()) remove();
    };
    try {
      for (const object of objectsToAttach(target, sdk)) {
        const isBare = findMark(object) === undefined;
        const { mark, detach } = attach(object, sdk.families, sdk.self);
        removers.push(use(mark, detach));
        if (isBare) mark.lookBack?.(object);
        removers.push(mark.cover(target, checked));
        // A client inside the target is a target too. The other objects only lead to their classes.
        if (object !== target && isClient(object, sdk)) removers.push(mark.cover(object, checked));
        if (isBare) warnIfUntested(sdk);
      }
    } catch (error) {
      undo();
      throw error;
    }
    return { target, undo };
  };
}

/** Lists the target and, for a client, first an instance of each class of connections that it makes. */
function objectsToAttach(target: object, { families, accepts }: OverlaidSdk): readonly object[] {
  const next = `Hand in ${accepts}`;
  const site = findSite(target, families);
  if (site === undefined)
    throw wrongTarget(
      target,
      'it is neither a class of connections of the SDK, nor one of its connections or clients',
      next,
    );
  const { family, prototype } = site;
  if (family.connectionsBehind === undefined) return [target];
  if (typeof target !== 'function') {
    return [...connectionsBehind(target, site).filter((ws) => findSite(ws, families) !== undefined), target];
  }
  if (findMark(prototype) !== undefined) return [target];
  throw wrongTarget(target, 'the classes of its connections can be found through an instance only', next);
}

/** @throws {PatchError} when `Object.prototype` is frozen, unless the classes are patched already */
function connectionsBehind(client: object, { family, prototype }: SeamSite): readonly object[] {
  try {
    return family.connectionsBehind!(client);
  } catch (error) {
    const isFrozen = error instanceof PatchError && error.code === 'ERR_PATCH_FROZEN';
    if (isFrozen && findMark(prototype) !== undefined) return [];
    throw error;
  }
}

function isClient(object: object, { families }: OverlaidSdk): boolean {
  return findSite(object, families)?.family.connectionsBehind !== undefined;
}

/** Counts the overlays that share a mark. The last one to go takes the seams off. */
function use(mark: SeamMark, detach: Attached['detach']): () => void {
  const uses = inUse();
  const one = uses.get(mark) ?? { detach, users: 0 };
  if (mark.version !== version) {
    warn(`version ${version} meets a patch made by version ${mark.version}, and uses that; run "npx hangup apply"`);
  }
  one.users += 1;
  uses.set(mark, one);
  return () => {
    one.users -= 1;
    if (one.users > 0) return;
    uses.delete(mark);
    one.detach();
  };
}
