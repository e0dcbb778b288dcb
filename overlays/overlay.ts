import { findMark } from './foreign/mark.ts';
import { type Family, findPlace, type Installation, type InstalledMark, install, wrongTarget } from './seams/attach.ts';
import { checkOptions, type OverlayOptions } from './seams/overlay-options.ts';
import { version } from './version.ts';
import { warn } from './warn.ts';

/** What `overlay()` needs of one SDK. */
export interface OverlaidSdk {
  readonly families: readonly Family[];
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

/** What the overlays of this process have installed, by its mark, and how many of them use it. */
const inUse = new Map<InstalledMark, { uninstall: () => void; users: number }>();

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
      for (const object of objectsToInstall(target, sdk)) {
        const { mark, uninstall } = install(object, sdk.families, sdk.self);
        removers.push(use(mark, uninstall));
        removers.push(mark.cover(target, checked));
        // A client inside the target is a target too. The other objects only lead to their classes.
        if (object !== target && isClient(object, sdk)) removers.push(mark.cover(object, checked));
      }
    } catch (error) {
      undo();
      throw error;
    }
    return { target, undo };
  };
}

/** The target. Of a client, also an instance of each class of connections that it makes. */
function objectsToInstall(target: object, { families, accepts }: OverlaidSdk): readonly object[] {
  const next = `Hand in ${accepts}`;
  const place = findPlace(target, families);
  if (place === undefined)
    throw wrongTarget(
      target,
      'it is neither a class of connections of the SDK, nor one of its connections or clients',
      next,
    );
  const { family, prototype } = place;
  if (family.connectionsBehind === undefined) return [target];
  if (typeof target !== 'function') {
    return [target, ...family.connectionsBehind(target).filter((ws) => findPlace(ws, families) !== undefined)];
  }
  if (findMark(prototype) !== undefined) return [target];
  throw wrongTarget(target, 'the classes of its connections can be found through an instance only', next);
}

function isClient(object: object, { families }: OverlaidSdk): boolean {
  return findPlace(object, families)?.family.connectionsBehind !== undefined;
}

/** Counts the overlays that share a mark. The last one to go takes the seams off. */
function use(mark: InstalledMark, uninstall: Installation['uninstall']): () => void {
  const shared = inUse.get(mark) ?? { uninstall, users: 0 };
  if (mark.version !== version) {
    warn(`version ${version} meets a patch made by version ${mark.version}, and uses that; run "npx hangup apply"`);
  }
  shared.users += 1;
  inUse.set(mark, shared);
  return () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    inUse.delete(mark);
    shared.uninstall();
  };
}
