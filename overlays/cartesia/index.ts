import type { Disconnectable, DisconnectReport } from '../../core/disconnectable.ts';
import { findMark } from '../foreign/mark.ts';
import { type Attached, attach, type SeamMark } from '../seams/attach.ts';
import { findSite } from '../seams/families.ts';
import { checkOptions, type OverlayOptions } from '../seams/overlay-options.ts';
import { wrongTarget } from '../seams/refusals.ts';
import { version } from '../version.ts';
import { families } from './families/index.ts';
import { targets } from './targets.ts';

export type * from '../../core/disconnectable.ts';
export type { OverlayOptions };

/** What a connection's type becomes. */
export type Seamed<W> = Disconnectable & Extended<W> & W;

type Extended<W> = (W extends { close(...args: infer C): unknown }
  ? {
      /** As before, and bounded: after 1000 ms without an answer the connection is destroyed. Never rejects. */
      close(...args: C): Promise<DisconnectReport>;
    }
  : unknown) &
  (W extends { generate(request: infer R): infer G }
    ? {
        /** @param options `timeout`: the longest silence in ms, after which the loop throws `ReceiveTimeoutError` */
        generate(request: R, options?: { timeout?: number }): G;
      }
    : unknown);

/** What opening a connection returns: a promise of it from 3.0 on. */
type Opened<R> = R extends Promise<infer W> ? Promise<Seamed<W>> : Seamed<R>;

/** What a client makes connections with. */
type Opening<T, Part extends 'tts' | 'stt'> =
  T extends Record<Part, { websocket(...args: infer A): infer R }>
    ? Record<Part, { websocket(...args: A): Opened<R> }>
    : unknown;

/** A client's STT sockets, from 3.2 on. */
type Transcribing<T> = T extends {
  stt: {
    autoFinalize: { websocket(...args: infer A): infer Auto };
    manualFinalize: { websocket(...args: infer M): infer Manual };
  };
}
  ? {
      stt: {
        autoFinalize: { websocket(...args: A): Seamed<Auto> };
        manualFinalize: { websocket(...args: M): Seamed<Manual> };
      };
    }
  : unknown;

/** What `overlay()` makes of its target's type. */
export type Overlaid<T> = T extends abstract new (
  ...args: infer A
) => infer I
  ? { new (...args: A): Seamed<I>; prototype: Seamed<I> } & Omit<T, 'prototype'>
  : T extends { tts: { websocket(...args: never[]): unknown } }
    ? Opening<T, 'tts'> & Opening<T, 'stt'> & Transcribing<T> & T & Disconnectable
    : Seamed<T>;

export interface Overlay<T> {
  /** The same object that was handed in, with the type that it has now. */
  readonly target: Overlaid<T>;
  /** Takes the overlay off. Connections that are open keep it until they close. */
  undo(): void;
}

/** What overlays have installed in this process, by the mark that it left, and how many of them use it. */
const inUse = new Map<SeamMark, { detach: () => void; users: number }>();

/**
 * Gives a Cartesia SDK object `disconnect()`, `connected` and bounded, attributable ends.
 *
 * The seams go onto the SDK's classes, whichever target is given: every connection of those classes gets them, and a
 * client or an instance is how to find the class. Options count for the target alone. On a class that is patched
 * already (on disk, at load time, by an earlier call) only the options are set.
 *
 * @param target a client, a class of connections such as `TTSWS` or `AutoFinalizeWS`, or a live connection
 * @throws {TypeError} on an unknown option or an invalid budget
 * @throws {PatchError} when the target is none of these, is frozen, or overrides what hangup has to reach; then nothing
 *   has been changed
 */
export function overlay<T extends object>(target: T, options: OverlayOptions = {}): Overlay<T> {
  const checked = checkOptions(options);
  const removers: (() => void)[] = [];
  const undo = () => {
    for (const remove of removers.splice(0).reverse()) remove();
  };
  try {
    for (const object of toInstall(target)) {
      const { mark, detach } = attach(object, families, import.meta.url);
      removers.push(use(mark, detach));
      removers.push(mark.cover(target, checked));
      // A client inside the target is a target too; the other objects only lead to their classes.
      if (object !== target && isClient(object)) removers.push(mark.cover(object, checked));
    }
  } catch (error) {
    undo();
    throw error;
  }
  return { target: target as Overlaid<T>, undo };
}

/** The target, and when that is a client, an instance of each class of connections that it makes. */
function toInstall(target: object): readonly object[] {
  const { className, importFrom } = targets.find(({ family }) => family === 'context-router')!;
  const next = `Hand in a client (new Cartesia(…)), the class ${className} from "${importFrom}", or a connection`;
  const place = findSite(target, families);
  if (place === undefined)
    throw wrongTarget(
      target,
      'it is neither a class of connections of the SDK, nor one of its connections or clients',
      next,
    );
  const { family, prototype } = place;
  if (family.connectionsBehind === undefined) return [target];
  if (typeof target !== 'function') {
    return [target, ...family.connectionsBehind(target).filter((ws) => findSite(ws, families) !== undefined)];
  }
  if (findMark(prototype) !== undefined) return [target];
  throw wrongTarget(target, 'the classes of its connections can be found through an instance only', next);
}

function isClient(object: object): boolean {
  return findSite(object, families)?.family.connectionsBehind !== undefined;
}

/** Counts the overlays of what they share; the last one to go takes it off. */
function use(mark: SeamMark, detach: Attached['detach']): () => void {
  const shared = inUse.get(mark) ?? { detach, users: 0 };
  if (mark.version !== version) {
    console.warn(
      `hangup ${version} meets a patch made by hangup ${mark.version}, and uses that; run "npx hangup apply"`,
    );
  }
  shared.users += 1;
  inUse.set(mark, shared);
  return () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    inUse.delete(mark);
    shared.detach();
  };
}
