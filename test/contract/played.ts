import type { Sdk } from '../../overlays/sdk.ts';
import { targetsOf, versionsOf } from '../../overlays/sdk.ts';
import type { SocketCell } from './driver.ts';

/** Tests that take minutes together are played too. */
export const isLong = process.env.HANGUP_LONG !== undefined;

/** Every cell plays everything: `npm run test:full`. */
export const isFull = process.env.HANGUP_FULL === '1';

/**
 * Tells whether this run plays the cell. Outside a full run, a class is played in its newest version, and only the SDK with a patch
 * on disk is played in every way: the code behind them is the same. A patch changes other files in each format, so both are played
 * there. The overlay and the bare SDK are played in one.
 */
export function isPlayed({ sdk, target, version, format, delivery }: SocketCell): boolean {
  if (isFull) return true;
  if (sdk.isByShape && delivery !== 'overlay') return false;
  if (delivery !== 'patched' && format !== target.builds[0]!.format) return false;
  const { className, family } = target;
  const isOfClass = (other: string) =>
    targetsOf(sdk, other).some((one) => one.className === className && one.family === family);
  return version === versionsOf(sdk).findLast(isOfClass);
}

/** The versions, oldest first, that a run plays: all in a full one, the oldest and the newest in a long one, else the newest. */
export function playedOf(versions: readonly string[]): readonly string[] {
  if (isFull) return versions;
  return versions.filter((_, index) => (isLong && index === 0) || index === versions.length - 1);
}

/** The versions for tests that start a program for each: the newest one. With HANGUP_LONG=1, all of them. */
export function startedVersions(sdk: Sdk): readonly string[] {
  return isLong ? versionsOf(sdk) : versionsOf(sdk).slice(-1);
}
