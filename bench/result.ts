import type { Estimate } from './stats.ts';

/** One line of the report. */
export interface Result {
  what: string;
  value: Estimate;
  unit: 'x' | 'ms' | 'us' | 'bytes';
  /** The medians of both sides, to be printed beside a ratio. */
  detail?: string;
  /** The aim. A larger value is reported as missed. */
  target?: number;
  /** A larger value makes the run fail. */
  limit?: number;
}

export type Verdict = '' | 'met' | 'missed' | 'unclear' | 'FAIL';

export function verdictOf({ value, target, limit }: Result): Verdict {
  if (limit !== undefined && value.median > limit) return 'FAIL';
  if (target === undefined) return '';
  if (value.median <= target) return 'met';
  // The target is inside the interval, so the machine is too noisy for an answer.
  return value.low <= target ? 'unclear' : 'missed';
}

const digits = { x: 3, ms: 2, us: 2, bytes: 0 };

export function cellsOf(result: Result): string[] {
  const { what, value, unit, detail = '', target, limit } = result;
  const show = (number: number) => number.toFixed(digits[unit]);
  const aim = target === undefined ? '' : `<= ${target}${limit === undefined ? '' : ` (limit ${limit})`}`;
  return [
    what,
    `${show(value.median)} ${unit}`,
    `${show(value.low)} .. ${show(value.high)}`,
    `${value.samples}`,
    aim,
    verdictOf(result),
    detail,
  ];
}

export const head = ['', 'median', '95 %', 'n', 'target', '', 'bare / patched'];

/** Writes the medians of both sides as text. */
export function sides(bare: number, patched: number, unit: string): string {
  const show = (value: number) => (value < 10 ? value.toFixed(2) : value.toFixed(0));
  return `${show(bare)} / ${show(patched)} ${unit}`;
}
