import type { Sdk } from '../../overlays/sdk.ts';
import { targetsOf, versionsOf } from '../../overlays/sdk.ts';
import type { SocketCell } from './driver.ts';

/** Tests that take minutes together are played too. */
export const isLong = process.env.HANGUP_LONG !== undefined;

/** Every cell plays everything: `npm run test:full`. */
export const isFull = process.env.HANGUP_FULL === '1';

/**
 * Tells whether this run plays the cell. Outside a full run, a class is played in its newest version; in its oldest one too, bare
 * and with the overlay. Patch and overlay together are played in the newest version of the SDK.
 */
export function isPlayed({ sdk, target, version, delivery }: SocketCell): boolean {
  if (isFull) return true;
  if (delivery === 'both') return version === versionsOf(sdk).at(-1);
  const { className, family } = target;
  const all = versionsOf(sdk).filter((version) =>
    targetsOf(sdk, version).some((other) => other.className === className && other.family === family),
  );
  return version === all.at(-1) || (version === all[0] && delivery !== 'patched');
}

/** The versions, oldest first, that a run plays: all of them in a full one, else the oldest and the newest. */
export function playedOf(versions: readonly string[]): readonly string[] {
  return isFull ? versions : versions.filter((_, index) => index === 0 || index === versions.length - 1);
}

/**
 * The versions for tests that start a program for each: those with the newest of a class of the SDK. With HANGUP_LONG=1, all
 * of them.
 */
export function startedVersions(sdk: Sdk): readonly string[] {
  const all = versionsOf(sdk);
  if (isLong) return all;
  const classesOf = (version: string) => targetsOf(sdk, version).map(({ className }) => className);
  const newest = new Map(all.flatMap((version) => classesOf(version).map((className) => [className, version])));
  return all.filter((version) => [...newest.values()].includes(version));
}
