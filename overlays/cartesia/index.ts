import type { Disconnectable, DisconnectReport } from '../../core/disconnectable.ts';
import { version } from '../version.ts';
import { install } from './context-router/install.ts';
import { checkOptions, type OverlayOptions } from './context-router/options.ts';

export type * from '../../core/disconnectable.ts';
export type { OverlayOptions };

/** What a connection's type becomes. */
export type Seamed<W> = Disconnectable & Extended<W> & W;

type Extended<W> = W extends { close(...args: infer C): unknown; generate(request: infer R): infer G }
  ? {
      /** As before, and bounded: after 1000 ms without an answer the connection is destroyed. Never rejects. */
      close(...args: C): Promise<DisconnectReport>;
      /** @param options `timeout`: the longest silence in ms, after which the loop throws `ReceiveTimeoutError` */
      generate(request: R, options?: { timeout?: number }): G;
    }
  : unknown;

/** What `overlay()` makes of its target's type. */
export type Overlaid<T> = T extends abstract new (
  ...args: infer A
) => infer I
  ? { new (...args: A): Seamed<I>; prototype: Seamed<I> } & Omit<T, 'prototype'>
  : T extends { tts: { websocket(...args: infer A): Promise<infer W> } }
    ? { tts: { websocket(...args: A): Promise<Seamed<W>> } } & T & Disconnectable
    : Seamed<T>;

export interface Overlay<T> {
  /** The same object that was handed in, with the type that it has now. */
  readonly target: Overlaid<T>;
  /** Takes the overlay off. Connections that are open keep it until they close. */
  undo(): void;
}

interface Installation {
  uninstall: () => void;
  users: number;
}

/** What overlays have installed in this process, by the mark that it left. */
const installations = new Map<object, Installation>();

/**
 * Gives a Cartesia SDK object `disconnect()`, `connected` and bounded, attributable ends.
 *
 * The seams go onto the SDK's `TTSWS` class, whichever target is given: every connection of that class gets them, and a
 * client or an instance is how to find the class. Options count for the target alone. On a class that is patched
 * already (on disk, at load time, by an earlier call) only the options are set.
 *
 * @param target a client, the class `TTSWS`, or a live connection
 * @throws {TypeError} on an unknown option or an invalid budget
 * @throws {PatchError} when the target is none of these, is frozen, or overrides what hangup has to reach; then nothing
 *   has been changed
 */
export function overlay<T extends object>(target: T, options: OverlayOptions = {}): Overlay<T> {
  const checked = checkOptions(options);
  const { mark, uninstall } = install(target, import.meta.url);
  if (mark.version !== version) {
    console.warn(
      `hangup ${version} meets a patch made by hangup ${mark.version}, and uses that; run "npx hangup apply"`,
    );
  }
  const installation = installations.get(mark) ?? { uninstall, users: 0 };
  let uncover: () => void;
  try {
    uncover = mark.cover(target, checked);
  } catch (error) {
    if (installation.users === 0) uninstall();
    throw error;
  }
  installation.users += 1;
  installations.set(mark, installation);

  let undone = false;
  const undo = () => {
    if (undone) return;
    undone = true;
    uncover();
    installation.users -= 1;
    if (installation.users > 0) return;
    installations.delete(mark);
    installation.uninstall();
  };
  return { target: target as Overlaid<T>, undo };
}
