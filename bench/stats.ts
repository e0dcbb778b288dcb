/** The middle of the values; the mean of the two in the middle when their number is even. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A median and where it lies with 95 % confidence. */
export interface Estimate {
  median: number;
  low: number;
  high: number;
  samples: number;
}

/** Bootstrap of the median: what it would have been in 2,000 other draws of these values. */
export function estimate(values: readonly number[]): Estimate {
  const random = generator(1);
  const medians = Array.from({ length: 2000 }, () =>
    median(values.map(() => values[Math.floor(random() * values.length)]!)),
  ).sort((a, b) => a - b);
  return { median: median(values), low: medians[49]!, high: medians[1949]!, samples: values.length };
}

/** What one side of a comparison measured in one pair, in one unit. */
export interface Pair {
  bare: number;
  patched: number;
}

/** Ratios within pairs: what slows the machine down for a while slows both of a pair. */
export function ratioOf(pairs: readonly Pair[]): Estimate {
  return estimate(pairs.map(({ bare, patched }) => patched / bare));
}

/**
 * Measures pairs, and swaps who comes first from one to the next: the second finds warmer caches and more garbage. The
 * first pair only warms up.
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

/** mulberry32: the same draws in every run, so that the same measurements give the same interval. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
