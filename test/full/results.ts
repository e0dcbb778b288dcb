import type { Delivery, Format } from '../support/sdk.ts';

export interface CellName {
  /** Name of the SDK's folder. */
  sdk: string;
  version: string;
  class: string;
  format: Format;
  delivery: Delivery;
  /** The build is published broken, and the cell only shows that. */
  broken?: true;
}

/** The result of one scenario in one cell. */
export interface Row extends CellName {
  scenario: string;
  outcome: 'passed' | 'failed' | 'skipped';
  ms: number;
}

/** The results of a full run, in `.cache/full/<Node version>.json`. */
export interface Results {
  node: string;
  /** ISO 8601. */
  finished: string;
  summary: { cells: number; passed: number; failed: number; skipped: number; seconds: number };
  /** Errors outside of any test, such as an unhandled rejection. With one of them no cell counts as passed. */
  errors: string[];
  rows: Row[];
}

export function keyOf({ sdk, version, class: className, format, delivery }: CellName): string {
  return [sdk, version, className, format, delivery].join(' ');
}
