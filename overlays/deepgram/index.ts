import type { Disconnectable, DisconnectableClient, DisconnectReport } from '../../core/disconnectable.ts';
import { makeOverlay, type Overlay as OverlayOf } from '../overlay.ts';
import type { OverlayOptions } from '../seams/overlay-options.ts';
import { families } from './families/index.ts';
import { packageName } from './package-name.ts';
import { targets } from './targets.ts';

export type * from '../../core/disconnectable.ts';
export type { OverlayOptions };

/** The type of a socket, or of a live client of 3.x and 4.x, overlaid. */
export type Seamed<W> = Disconnectable & Closing<W> & W;

type Closing<W> = W extends { connectionState(): unknown }
  ? {
      /**
       * The SDK's own call, bounded: after 1000 ms without an answer the connection is destroyed. Never rejects. Without a
       * code, `disconnect()` is that of hangup.
       */
      disconnect(code: number, reason?: string): Promise<DisconnectReport>;
    }
  : W extends { close(...args: infer C): unknown }
    ? {
        /** As before, and bounded: after 1000 ms without an answer the connection is destroyed. Never rejects. */
        close(...args: C): Promise<DisconnectReport>;
      }
    : unknown;

/** A part of a client that makes sockets, such as `client.listen.v1`. */
type Opening<P> = P extends { connect(...args: infer A): Promise<infer W> }
  ? { connect(...args: A): Promise<Seamed<W>>; createConnection(...args: A): Promise<Seamed<W>> } & P
  : P;

type Part = 'listen' | 'speak' | 'agent';
type Parts<T> = { [K in keyof T & Part]: { [V in keyof T[K] & ('v1' | 'v2')]: Opening<T[K][V]> } & T[K] };

/** The same in 3.x and 4.x. */
type LegacyParts<T> = { [K in keyof T & ('listen' | 'speak')]: Live<T[K]> & T[K] } & (T extends {
  agent(...args: infer A): infer W;
}
  ? { agent(...args: A): Seamed<W> }
  : unknown);
type Live<P> = P extends { live(...args: infer A): infer W } ? { live(...args: A): Seamed<W> } : unknown;

/** The type of a target, overlaid. */
export type Overlaid<T> = T extends abstract new (
  ...args: infer A
) => infer I
  ? { new (...args: A): Overlaid<I>; prototype: Overlaid<I> } & Omit<T, 'prototype'>
  : T extends { listen: { live(...args: never[]): unknown } }
    ? DisconnectableClient & LegacyParts<T> & T
    : T extends { listen: object; speak: object }
      ? DisconnectableClient & Parts<T> & T
      : Seamed<T>;

export type Overlay<T> = OverlayOf<Overlaid<T>>;

/**
 * Gives an object of the Deepgram SDK `disconnect()`, `connected` and bounded, attributable ends.
 *
 * A client is covered with its requests, and with the sockets that it makes from then on. The seams go onto the SDK's
 * classes; options count for the target alone. On a class that has its seams already (by `hangup/register`, or by an earlier
 * call) only the options are set.
 *
 * @param target a client, the class `DeepgramClient`, a socket that a client has made, or of 3.4 to 4.x a class of live
 *   clients such as `ListenLiveClient`
 * @throws {TypeError} on an unknown option or an invalid budget
 * @throws {PatchError} when the target is none of these, is frozen, or overrides a member that hangup has to reach. Then
 *   nothing has been changed
 */
export const overlay = makeOverlay({
  families,
  packageName,
  isTested: (version) => targets.some(({ versions }) => versions.includes(version)),
  self: import.meta.url,
  accepts: 'a client (new DeepgramClient(…)), its class, or a socket (await client.listen.v1.connect(…))',
}) as <T extends object>(target: T, options?: OverlayOptions) => Overlay<T>;
