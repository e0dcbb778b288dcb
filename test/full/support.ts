import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare } from 'semver';
import { root } from '../support/sdk.ts';
import { type CellName, keyOf, type Results } from './results.ts';

/** The source of the support table: cells of which every scenario passed, on every Node of the runs. */
export interface Support {
  /** Major versions of Node, by SDK. */
  node: Record<string, string>;
  /** Versions of the SDK, oldest first, by `sdk class format delivery`. */
  passed: Record<string, string>;
}

export const groupOf = (cell: Omit<CellName, 'version'>): string =>
  [cell.sdk, cell.class, cell.format, cell.delivery].join(' ');

const file = join(root, 'test', 'full', 'support.json');
const folder = join(root, '.cache', 'full');

export function readSupport(): Support {
  return JSON.parse(readFileSync(file, 'utf8')) as Support;
}

/**
 * Writes `support.json` from the results of the runs that ended since then (ms since 1970).
 *
 * @param sdk the only one that was played; the results of the others stay
 * @returns a line about it
 */
export function writeSupport(since: number, sdk?: string): string {
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  const runs = names.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Results);
  const support = supportOf(
    runs.filter(({ finished }) => Date.parse(finished) >= since),
    sdk,
  );
  if (sdk !== undefined) keepOthers(support, sdk);
  writeFileSync(file, `${JSON.stringify(support, undefined, 2)}\n`);
  return `test/full/support.json holds ${Object.keys(support.passed).length} SDKs × classes × formats × deliveries`;
}

function keepOthers(support: Support, sdk: string): void {
  const before = readSupport();
  support.node = { ...before.node, ...support.node };
  const others = Object.entries(before.passed).filter(([group]) => !group.startsWith(`${sdk} `));
  support.passed = Object.fromEntries([...others, ...Object.entries(support.passed)].sort());
}

export function supportOf(runs: readonly Results[], sdk?: string): Support {
  const failed = new Set<string>();
  /** By group: the versions that were played, and their keys. */
  const passed = new Map<string, Map<string, string>>();
  for (const { rows, errors } of runs) {
    for (const row of rows) {
      // The bare column shows defects. A build that is published broken is not supported, although its tests pass.
      if (row.delivery === 'bare' || row.broken || (sdk !== undefined && row.sdk !== sdk)) continue;
      if (row.outcome !== 'passed' || errors.length > 0) failed.add(keyOf(row));
      const group = groupOf(row);
      const cells = passed.get(group) ?? new Map();
      passed.set(group, cells.set(row.version, keyOf(row)));
    }
  }
  const groups = [...passed].map(([group, cells]): [string, string] => {
    const whole = [...cells.keys()].filter((version) => !failed.has(cells.get(version)!));
    return [group, whole.sort(compare).join(' ')];
  });
  const node = runs.map((run) => Number.parseInt(run.node.slice(1), 10)).join(', ');
  const played = new Set([...passed.keys()].map((group) => group.split(' ', 1)[0]!));
  return {
    node: Object.fromEntries([...played].sort().map((sdk) => [sdk, node])),
    passed: Object.fromEntries(groups.filter(([, versions]) => versions !== '').sort()),
  };
}
