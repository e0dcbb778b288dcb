import type { Disconnectable, DisconnectableClient, DisconnectReport } from '../../core/disconnectable.ts';
import { makeOverlay, type Overlay as OverlayOf } from '../overlay.ts';
import type { OverlayOptions } from '../seams/overlay-options.ts';
import { families } from './families/index.ts';
import { packageName } from './package-name.ts';
import { targets } from './targets.ts';

export type * from '../../core/disconnectable.ts';
export type { ReadError } from './read-error.ts';
export type { OverlayOptions };

/** The type of a connection, overlaid. */
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

/** The result of opening a connection: a promise of it from 3.0 on. */
type Opened<R> = R extends Promise<infer W> ? Promise<Seamed<W>> : Seamed<R>;

/** The part of a client that makes connections. */
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

/** The type of a target, overlaid. */
export type Overlaid<T> = T extends abstract new (
  ...args: infer A
) => infer I
  ? { new (...args: A): Seamed<I>; prototype: Seamed<I> } & Omit<T, 'prototype'>
  : T extends { tts: { websocket(...args: never[]): unknown } }
    ? Opening<T, 'tts'> & Opening<T, 'stt'> & Transcribing<T> & T & DisconnectableClient
    : Seamed<T>;

export type Overlay<T> = OverlayOf<Overlaid<T>>;

/**
 * Gives a Cartesia SDK object `disconnect()`, `connected` and bounded, attributable ends.
 *
 * The seams go onto the SDK's classes, whichever target is given: every connection of those classes gets them, and a
 * client or an instance is a way to find the class. Options count for the target alone. On a class that is patched already
 * (on disk, at load time, by an earlier call) only the options are set.
 *
 * @param target a client, a class of connections such as `TTSWS` or `AutoFinalizeWS`, or a live connection
 * @throws {TypeError} on an unknown option or an invalid budget
 * @throws {PatchError} when the target is none of these, is frozen, or overrides a member that hangup has to reach. Then
 *   nothing has been changed
 */
export const overlay = makeOverlay({
  families,
  packageName,
  isTested: (version) => targets.some(({ versions }) => versions.includes(version)),
  self: import.meta.url,
  accepts: 'a client (new Cartesia(…)), the class TTSWS from "@cartesia/cartesia-js/resources/tts/ws", or a connection',
}) as <T extends object>(target: T, options?: OverlayOptions) => Overlay<T>;
