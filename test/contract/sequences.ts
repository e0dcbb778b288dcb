import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { root } from '../support/sdk.ts';
import type { Fault } from '../support/voice-server.ts';
import { isLong } from './played.ts';

/** Told by HANGUP_SEED, to play the sequences of an earlier run again. */
const told = process.env.HANGUP_SEED === undefined ? undefined : Number(process.env.HANGUP_SEED);
const file = join(root, '.cache', 'seeds.txt');

/** The ways in which the provider or the network ends a connection, for all of these tests. */
export const drops: readonly Fault[] = [
  { kind: 'close', code: 1000 },
  { kind: 'close', code: 1011, reason: 'overloaded' },
  { kind: 'close', code: 1005 },
  { kind: 'close-and-hang', code: 1001 },
  { kind: 'reset' },
  { kind: 'fin' },
  { kind: 'black-hole' },
];

/** Random sequences of one property test, which can be played again. */
export interface Sequences {
  readonly count: number;
  /** For the title of the test: how many there are, and the seed to play them again with. */
  readonly title: string;
  /**
   * Checks the property. A failure says the seed and the path.
   *
   * @param lanes how many sequences run at the same time; one where the seed was told
   */
  hold<T>(property: () => fc.IAsyncProperty<T>, lanes?: number): Promise<void>;
}

/**
 * Draws the seed, and keeps it in `.cache/seeds.txt`. These tests do not retry: a second try would draw other sequences and
 * hide what the first has found.
 *
 * @param fallback how many sequences in a long run; half of them in another one, and more with HANGUP_SEQUENCES
 */
export function sequencesOf(name: string, fallback: number): Sequences {
  const count = Number(process.env.HANGUP_SEQUENCES ?? (isLong ? fallback : fallback / 2));
  const seed = told ?? Math.floor(Math.random() * 2 ** 31);
  mkdirSync(join(root, '.cache'), { recursive: true });
  appendFileSync(file, `${new Date().toISOString()} HANGUP_SEED=${seed} HANGUP_SEQUENCES=${count} ${name}\n`);
  return {
    count,
    title: `${count} sequences, HANGUP_SEED=${seed}`,
    async hold(property, lanes = 1) {
      const numRuns = Math.ceil(count / lanes);
      const lane = (n: number) => fc.assert(property(), { numRuns, seed: seed + n, endOnFailure: true });
      await Promise.all(Array.from({ length: told === undefined ? lanes : 1 }, (_, n) => lane(n)));
    },
  };
}
