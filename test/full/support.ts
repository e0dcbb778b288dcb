import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { supportedVersions } from '../../overlays/cartesia/targets.ts';
import { root } from '../support/sdk.ts';
import { keyOf, type Results } from './results.ts';

/** What the support table rests on: every scenario of the cell passed, on every Node of the runs. */
export interface Support {
  /** Major versions of Node. */
  node: string;
  /** By `class format delivery`: the versions of the SDK, oldest first. */
  passed: Record<string, string>;
}

const file = join(root, 'test', 'full', 'support.json');
const folder = join(root, '.cache', 'full');

export function readSupport(): Support {
  return JSON.parse(readFileSync(file, 'utf8')) as Support;
}

/** Writes `support.json` from the results of the runs that ended since then (ms since 1970); says what it wrote. */
export function writeSupport(since: number): string {
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  const runs = names.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Results);
  const support = supportOf(runs.filter(({ finished }) => Date.parse(finished) >= since));
  writeFileSync(file, `${JSON.stringify(support, undefined, 2)}\n`);
  return `test/full/support.json holds ${Object.keys(support.passed).length} classes × formats × deliveries, on Node ${support.node}`;
}

export function supportOf(runs: readonly Results[]): Support {
  const failed = new Set<string>();
  const passed = new Map<string, Set<string>>();
  for (const { rows, errors } of runs) {
    for (const { version, delivery, outcome, ...row } of rows) {
      // The bare column shows defects, and a build that is published broken is not supported for showing that it is.
      if (delivery === 'bare' || row.broken) continue;
      if (outcome !== 'passed' || errors.length > 0) failed.add(keyOf({ ...row, version, delivery }));
      const group = `${row.class} ${row.format} ${delivery}`;
      passed.set(group, (passed.get(group) ?? new Set()).add(version));
    }
  }
  const groups = [...passed].map(([group, versions]): [string, string] => {
    const whole = supportedVersions.filter((version) => versions.has(version) && !failed.has(`${version} ${group}`));
    return [group, whole.join(' ')];
  });
  return {
    node: runs.map(({ node }) => Number.parseInt(node.slice(1), 10)).join(', '),
    passed: Object.fromEntries(groups.filter(([, versions]) => versions !== '').sort()),
  };
}
