import { targets } from '../../overlays/cartesia/targets.ts';
import type { Delivery, Format } from '../support/sdk.ts';

/** What one scenario did in one cell. */
export interface Row {
  version: string;
  /** Class of the SDK. */
  class: string;
  format: Format;
  delivery: Delivery;
  scenario: string;
  /** It only shows that the build is published broken. */
  broken?: true;
  outcome: 'passed' | 'failed' | 'skipped';
  ms: number;
}

/** What a full run leaves behind, in `.cache/full/<Node version>.json`. */
export interface Results {
  node: string;
  /** ISO 8601. */
  finished: string;
  summary: { cells: number; passed: number; failed: number; skipped: number; seconds: number };
  /** Errors outside of any test, such as an unhandled rejection: with one of them no cell counts as passed. */
  errors: string[];
  rows: Row[];
}

export interface CellName {
  version: string;
  class: string;
  format: Format;
  delivery: Delivery;
}

const deliveries = new Set<string>(['bare', 'overlay', 'patched', 'both'] satisfies Delivery[]);
const formats = new Set<string>(['cjs', 'esm'] satisfies Format[]);
const classNames = new Set(targets.map(({ className }) => className));

/** The cell that a suite's title names by its four words, in any order; `undefined` when it names none. */
export function cellOf(title: string): CellName | undefined {
  const words = title.split(' ');
  const take = (is: (word: string) => boolean) => {
    const index = words.findIndex(is);
    return index < 0 ? undefined : words.splice(index, 1)[0];
  };
  const version = take((word) => /^\d+\.\d+\.\d+/.test(word));
  const format = take((word) => formats.has(word)) as Format | undefined;
  const delivery = take((word) => deliveries.has(word)) as Delivery | undefined;
  const [className, ...others] = words;
  if (version === undefined || format === undefined || delivery === undefined) return undefined;
  if (className === undefined || !classNames.has(className) || others.length > 0) return undefined;
  return { version, class: className, format, delivery };
}

export function keyOf(cell: CellName): string {
  return `${cell.version} ${cell.class} ${cell.format} ${cell.delivery}`;
}
