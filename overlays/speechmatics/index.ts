import type { Disconnectable } from '../../core/disconnectable.ts';
import { makeOverlay, type Overlay as OverlayOf } from '../overlay.ts';
import type { OverlayOptions } from '../seams/overlay-options.ts';
import { families } from './families/index.ts';
import { packageName } from './package-name.ts';
import { targets } from './targets.ts';

export type * from '../../core/disconnectable.ts';
export type { OverlayOptions };

/** The type of a target, overlaid. */
export type Overlaid<T> = T extends abstract new (
  ...args: infer A
) => infer I
  ? { new (...args: A): Disconnectable & I; prototype: Disconnectable & I } & Omit<T, 'prototype'>
  : Disconnectable & T;

export type Overlay<T> = OverlayOf<Overlaid<T>>;

/**
 * Gives `RealtimeClient` of the Speechmatics SDK `disconnect()`, `connected` and bounded, attributable ends.
 *
 * The seams go onto the SDK's class; options count for the target alone. On a class that has its seams already (by
 * `hangup/register`, or by an earlier call) only the options are set.
 *
 * @param target the class `RealtimeClient`, or a client
 * @throws {TypeError} on an unknown option or an invalid budget
 * @throws {PatchError} when the target is neither, is frozen, or overrides a member that hangup has to reach. Then nothing has
 *   been changed
 */
export const overlay = makeOverlay({
  families,
  packageName,
  isTested: (version) => targets.some(({ versions }) => versions.includes(version)),
  self: import.meta.url,
  accepts: 'a client (new RealtimeClient(…)) or the class RealtimeClient',
}) as <T extends object>(target: T, options?: OverlayOptions) => Overlay<T>;
