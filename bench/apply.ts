import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { applyBelow } from '../scripts/commands/apply.ts';
import { exportPatch } from '../scripts/commands/export.ts';
import { type Result, sides } from './result.ts';
import { dist, root, sdkVersion, workFolder } from './sdks.ts';
import { measurePairs, median, type Pair, ratioOf } from './stats.ts';

const run = promisify(execFile);
const project = join(workFolder, 'apply');
const patchPackage = createRequire(import.meta.url).resolve('patch-package/index.js');
const hangup = join(dist, 'scripts/cli.js');

/** ms, from the start of a process to its end. */
interface Run {
  command: number;
  /** A process with nothing to do: the time that Node itself takes. It is the same for both commands. */
  node: number;
}

/** Compares patch-package and `hangup apply`, each as a command, on the same tree and with the same patch. */
export async function measureApply(count: number): Promise<Result[]> {
  makeProject();
  // Here, "bare" is patch-package and "patched" is hangup.
  const pairs = {
    'all files to patch': await measurePairs(count, (side) => measure(side, 'pristine')),
    'nothing to do': await measurePairs(count, (side) => measure(side, 'patched')),
  };
  const ratio = (what: string, runs: readonly Record<keyof Pair, Run>[], time: (run: Run) => number): Result => {
    const times = runs.map(({ bare, patched }) => ({ bare: time(bare), patched: time(patched) }));
    const of = (side: keyof Pair) => median(times.map((pair) => pair[side]));
    return {
      what: `"hangup apply" against patch-package, ${what}`,
      value: ratioOf(times),
      unit: 'x',
      target: 0.333,
      detail: `${sides(of('bare'), of('patched'), 'ms')} (patch-package / hangup)`,
    };
  };
  return Object.entries(pairs).flatMap(([what, runs]) => [
    ratio(what, runs, ({ command }) => command),
    ratio(`${what}, beyond the start of Node`, runs, ({ command, node }) => command - node),
  ]);
}

function makeProject(): void {
  mkdirSync(join(project, 'patches'), { recursive: true });
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ name: 'app', private: true, dependencies: { '@cartesia/cartesia-js': sdkVersion } }),
  );
  const sdk = join(project, 'node_modules/@cartesia/cartesia-js');
  cpSync(join(root, `node_modules/cartesia-${sdkVersion}`), sdk, { recursive: true });
  const { fileName, text } = exportPatch('patch-package', { dir: project });
  writeFileSync(join(project, 'patches', fileName), text);
}

async function measure(side: keyof Pair, state: 'pristine' | 'patched'): Promise<Run> {
  applyBelow(project, { revert: state === 'pristine' });
  const node = await timed(['--eval', '0']);
  const command = await timed(side === 'bare' ? [patchPackage] : [hangup, 'apply']);
  if (!applyBelow(project, { check: true }).ok) throw new Error(`${side}: the SDK is not patched`);
  return { command, node };
}

async function timed(args: string[]): Promise<number> {
  const start = performance.now();
  await run(process.execPath, args, { cwd: project });
  return performance.now() - start;
}
