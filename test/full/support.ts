import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { targets } from '../../overlays/cartesia/targets.ts';
import { formatOf } from '../support/cells.ts';
import { root } from '../support/sdk.ts';
import { cellOf, keyOf, type Results } from './results.ts';

/** `version class format delivery` of every cell in which every scenario passed, on every Node of the run. */
export interface Support {
  node: string[];
  passed: string[];
}

const file = join(root, 'test', 'full', 'support.json');
const folder = join(root, '.cache', 'full');

export function readSupport(): Support {
  return JSON.parse(readFileSync(file, 'utf8')) as Support;
}

/** Writes `support.json` from the results in `.cache/full`; says what it wrote. */
export async function writeSupport(): Promise<string> {
  const runs = existsSync(folder) ? readdirSync(folder).map(readResults) : [];
  const { node, passed } = supportOf(runs);
  writeFileSync(file, `${JSON.stringify({ node, passed }, undefined, 2)}\n`);
  return `${passed.length} cells on Node ${node.join(', ')} are in test/full/support.json`;
}

function readResults(name: string): Results {
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as Results;
}

/** @param runs of the newest code, one per version of Node */
export function supportOf(runs: readonly Results[]): Support {
  const failed = new Set<string>();
  const passed = new Set<string>();
  for (const { rows, errors } of runs) {
    for (const row of rows) {
      if (row.delivery === 'bare') continue;
      if (row.outcome === 'passed' && errors.length === 0) passed.add(keyOf(row));
      else failed.add(keyOf(row));
    }
  }
  return {
    node: runs.map(({ node }) => node.replace(/^v(\d+).*/, '$1')).sort(),
    passed: [...passed].filter((key) => !failed.has(key) && isBuild(key)).sort(),
  };
}

/** What is published broken passes a test that says so, and is supported no more for that. */
function isBuild(key: string): boolean {
  const cell = cellOf(key)!;
  return targets.some(
    ({ className, versions, builds }) =>
      className === cell.class &&
      versions.includes(cell.version) &&
      builds.some((build) => formatOf(cell.version, build) === cell.format),
  );
}
