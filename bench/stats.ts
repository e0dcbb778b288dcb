/** Returns the middle value, or the mean of the two middle values when their number is even. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A median and its interval with 95 % confidence. */
export interface Estimate {
  median: number;
  low: number;
  high: number;
  samples: number;
}

/** Estimates the median by a bootstrap: the interval comes from the medians of 2,000 other draws of these values. */
export function estimate(values: readonly number[]): Estimate {
  const random = generator(1);
  const medians = Array.from({ length: 2000 }, () =>
    median(values.map(() => values[Math.floor(random() * values.length)]!)),
  ).sort((a, b) => a - b);
  return { median: median(values), low: medians[49]!, high: medians[1949]!, samples: values.length };
}

/** The values of both sides in one pair, in the same unit. */
export interface Pair {
  bare: number;
  patched: number;
}

/** Estimates the ratio within pairs. A slow moment of the machine slows both sides of a pair. */
export function ratioOf(pairs: readonly Pair[]): Estimate {
  return estimate(pairs.map(({ bare, patched }) => patched / bare));
}

/**
 * Measures pairs. The sides take turns in going first, because the second finds warmer caches and more garbage. The first
 * pair is not counted.
 */
export async function measurePairs<T>(
  count: number,
  measure: (side: keyof Pair) => Promise<T>,
): Promise<Record<keyof Pair, T>[]> {
  const pairs: Record<keyof Pair, T>[] = [];
  for (let index = -1; index < count; index++) {
    const swap = index % 2 === 0;
    const first = await measure(swap ? 'patched' : 'bare');
    const second = await measure(swap ? 'bare' : 'patched');
    if (index >= 0) pairs.push(swap ? { bare: second, patched: first } : { bare: first, patched: second });
  }
  return pairs;
}

/** Makes random numbers by mulberry32 with a fixed seed, so that the same measurements give the same interval. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
