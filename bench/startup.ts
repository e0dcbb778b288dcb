import { execFile } from 'node:child_process';
import * as nodeModule from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { assertPatched } from '../overlays/foreign/mark.ts';
import { build } from '../tools/build.ts';
import { type Result, sides } from './result.ts';
import { dist, loadSdk, projectOf, root, sdkOf } from './sdks.ts';
import { estimate, measurePairs, median, type Pair, ratioOf } from './stats.ts';

const run = promisify(execFile);
const urlOf = (file: string) => pathToFileURL(join(dist, file)).href;

/** Compiles the published files for this run, because the dist/ of the project may be stale. */
export const compile = (): Promise<void> => build(dist, { types: false });

/** Runs a module in a fresh process. The module prints one number. */
async function fresh(code: string, args: readonly string[] = []): Promise<number> {
  const { stdout } = await run(process.execPath, [...args, '--input-type=module', '-e', code], {
    cwd: projectOf('patched'),
  });
  return Number(stdout);
}

const timed = (code: string) => `const t = performance.now(); ${code}; console.log(performance.now() - t);`;

async function samples(count: number, measure: () => Promise<number>): Promise<number[]> {
  const values: number[] = [];
  await measure();
  for (let index = 0; index < count; index++) values.push(await measure());
  return values;
}

export async function measureVerify(count: number): Promise<Result[]> {
  const verify = (dir: string) =>
    `const { verify } = await import('${urlOf('scripts/verify.js')}'); const o = await verify({ dir: ${JSON.stringify(dir)} }); if (!o.copies.length) process.exit(1)`;
  const small = await samples(count, () => fresh(timed(verify(projectOf('patched')))));
  const whole = await samples(count, () => fresh(timed(verify(root))));
  const cli = join(dist, 'scripts/cli.js');
  const wall = async (args: string[]) => {
    const start = performance.now();
    await run(process.execPath, args, { cwd: projectOf('patched') });
    return performance.now() - start;
  };
  const commands = await measurePairs(count, (side) => wall(side === 'bare' ? ['-e', '0'] : [cli, 'verify']));
  return [
    { what: 'verify(), import included, project with one SDK', value: estimate(small), unit: 'ms', target: 5 },
    { what: "verify(), import included, this repository's node_modules", value: estimate(whole), unit: 'ms' },
    {
      what: '"hangup verify" beyond the start of Node',
      value: estimate(commands.map(({ bare, patched }) => patched - bare)),
      unit: 'ms',
      detail: sides(median(commands.map(({ bare }) => bare)), median(commands.map(({ patched }) => patched)), 'ms'),
    },
  ];
}

export async function measureAssert(count: number): Promise<Result[]> {
  const call = `const t = performance.now(); assertPatched(TTSWS); const took = performance.now() - t;`;
  const first = await samples(count, () =>
    fresh(
      `const { TTSWS } = await import('${pathToFileURL(join(sdkOf('patched'), 'resources/tts/ws.mjs'))}'); const { assertPatched } = await import('${urlOf('scripts/verify.js')}'); performance.now(); ${call} console.log(took * 1000)`,
    ),
  );
  const { TTSWS } = loadSdk('patched');
  const calls = 1000;
  const values = Array.from({ length: count }, () => {
    const start = performance.now();
    for (let call = 0; call < calls; call++) assertPatched(TTSWS);
    return ((performance.now() - start) * 1000) / calls;
  });
  return [
    { what: 'assertPatched(), the first call', value: estimate(first), unit: 'us', target: 50 },
    { what: 'assertPatched(), later calls', value: estimate(values), unit: 'us', target: 50 },
  ];
}

/** Compares the import of the SDK alone with the import of the SDK and hangup, in fresh processes. */
export async function measureImport(count: number): Promise<Result[]> {
  const sdk = (side: keyof Pair) =>
    `const { TTSWS } = await import('${pathToFileURL(join(sdkOf(side), 'resources/tts/ws.mjs'))}'); await import('${pathToFileURL(join(sdkOf(side), 'index.mjs'))}')`;
  const overlaid = `${sdk('bare')}; const { overlay } = await import('${urlOf('overlays/cartesia/index.js')}'); overlay(TTSWS)`;
  const compare = async (what: string, code: string): Promise<Result> => {
    const pairs = await measurePairs(count, (side) => fresh(timed(side === 'bare' ? sdk('bare') : code)));
    const of = (side: keyof Pair) => median(pairs.map((pair) => pair[side]));
    return { what, value: ratioOf(pairs), unit: 'x', detail: sides(of('bare'), of('patched'), 'ms') };
  };
  return [
    await compare('import of the patched SDK', sdk('patched')),
    await compare('import of the SDK and overlay()', overlaid),
  ];
}

/** Measures the time that the load hook adds to the start of an app: its own loading, and its work on every module. */
export async function measureRegister(count: number): Promise<Result[]> {
  // The target is for hooks that run in the thread of the app.
  const target = 'registerHooks' in nodeModule ? { target: 15 } : {};
  const modules = ['resources/tts/ws', 'index'].map((path) => join(sdkOf('bare'), path));
  const apps = {
    import: modules.map((path) => `await import('${pathToFileURL(path)}.mjs');`),
    require: modules.map((path) => `process.getBuiltinModule('module').createRequire(import.meta.url)('${path}.js');`),
  };
  const results: Result[] = [];
  for (const [how, lines] of Object.entries(apps)) {
    // Prints the time since the process began, because the hook is loaded before the app.
    const code = `${lines.join(' ')} console.log(performance.now());`;
    const hook = ['--import', urlOf('register/index.js')];
    const pairs = await measurePairs(count, (side) => fresh(code, side === 'bare' ? [] : hook));
    results.push({
      what: `${how} of the SDK under hangup/register, beyond the bare one`,
      value: estimate(pairs.map(({ bare, patched }) => patched - bare)),
      unit: 'ms',
      ...target,
      detail: sides(median(pairs.map(({ bare }) => bare)), median(pairs.map(({ patched }) => patched)), 'ms'),
    });
  }
  return results;
}
