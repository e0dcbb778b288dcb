import { cpSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applyBelow } from '../../scripts/commands/apply.ts';
import { init } from '../../scripts/commands/init.ts';
import { verify } from '../../scripts/verify.ts';
import { isLong } from '../contract/played.ts';
import {
  filesOf,
  hangup,
  install,
  name,
  newest,
  outcomeOf,
  pristineFolder,
  project,
  run,
  tree,
} from '../support/patching.ts';

/** Removes the files of a copy that a build or an image leaves out. */
function trim(sdk: string, isLeftOut: (path: string) => boolean): void {
  for (const path of readdirSync(sdk, { recursive: true, encoding: 'utf8' }))
    if (/\.\w+$/.test(path) && isLeftOut(path)) rmSync(join(sdk, path), { force: true, recursive: true });
}

const declarations = (path: string) => /\.d\.[cm]?ts$/.test(path);
const modules = (path: string) => path.endsWith('.mjs') || path.endsWith('import.cjs');

const cuts: [string, (path: string) => boolean, string[]][] = [
  ['declarations', declarations, ['cjs', 'esm']],
  ['declarations and ES modules', (path) => declarations(path) || modules(path), ['cjs']],
  ['declarations and CommonJS', (path) => declarations(path) || /(?<!\.c)js$/.test(path.replace('.mjs', '')), ['esm']],
];

describe.each(cuts)('a copy without its %s', (_, isLeftOut, builds) => {
  test('made from a patched one: patched, and the missing files are named', async () => {
    const { dir, sdk } = project();
    applyBelow(dir);
    trim(sdk, isLeftOut);
    const before = tree(dir);
    const outcome = await verify({ dir });
    expect(outcome).toMatchObject({ ok: true, exitCode: 0, copies: [{ state: 'patched', delivery: 'disk', builds }] });
    const missing = outcome.copies[0]!.files.filter(({ state }) => state === 'missing').map(({ path }) => path);
    expect(missing.sort()).toEqual(
      filesOf(newest)
        .map(([path]) => path)
        .filter((path) => !existsSync(join(sdk, path)))
        .sort(),
    );
    expect(applyBelow(dir)).toMatchObject({ ok: true, copies: [{ action: 'none' }] });
    expect(tree(dir)).toEqual(before);
  });

  test('made from a bare one: apply patches what is there and adds no file that nothing needs; revert restores it', () => {
    const { dir, sdk } = project();
    trim(sdk, isLeftOut);
    const before = tree(dir);
    expect(applyBelow(dir, { check: true })).toMatchObject({ exitCode: 1, copies: [{ state: 'pristine' }] });
    expect(applyBelow(dir)).toMatchObject({ ok: true, copies: [{ action: 'patched' }] });
    expect(existsSync(join(sdk, 'hangup/runtime.d.cts'))).toBe(false);
    expect(existsSync(join(sdk, 'hangup/runtime.cjs'))).toBe(true);
    expect(existsSync(join(sdk, 'hangup/import.cjs'))).toBe(builds.includes('esm'));
    expect(applyBelow(dir)).toMatchObject({ ok: true, copies: [{ state: 'patched', action: 'none' }] });
    expect(applyBelow(dir, { revert: true })).toMatchObject({ ok: true });
    expect(tree(dir)).toEqual(before);
  });

  test('without the module that its code needs: not patched, and apply heals it', () => {
    const { dir, sdk } = project();
    applyBelow(dir);
    trim(sdk, isLeftOut);
    rmSync(join(sdk, 'hangup/runtime.cjs'));
    expect(applyBelow(dir, { check: true })).toMatchObject({ ok: false, copies: [{ state: 'partial' }] });
    expect(applyBelow(dir)).toMatchObject({ ok: true });
  });
});

test('the text names a few of the missing files, and --probe loads only the builds that are there', async () => {
  const { dir } = project();
  const sdk = install(join(dir, 'node_modules', name), newest, 'whole');
  cpSync(join(import.meta.dirname, '../../node_modules/ws'), join(dir, 'node_modules/ws'), { recursive: true });
  applyBelow(dir);
  trim(sdk, (path) => declarations(path) || modules(path));
  expect(await hangup(['verify', '--dir', dir])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/ cjs patched \(without .* and \d+ more\), delivery: files on disk/),
  });
  const probed = outcomeOf(await hangup(['verify', '--probe', '--json', '--dir', dir]));
  expect(probed).toMatchObject({ ok: true, copies: [{ probe: [{ build: 'cjs', patched: true }] }] });
});

/** Removes all modules that an entry does not load, as tools do that trace an app's files. */
async function trace(dir: string, sdk: string, entry: string): Promise<void> {
  const load = `require('${name}${entry}'); console.log(JSON.stringify(Object.keys(require.cache)))`;
  const { stdout } = await run(process.execPath, ['-e', load], { cwd: dir });
  const loaded = new Set(JSON.parse(stdout) as string[]);
  trim(sdk, (path) => path !== 'package.json' && !loaded.has(join(sdk, path)));
}

test.each(isLong ? ['', '/resources/tts/ws'] : ['/resources/tts/ws'])(
  '--probe of a copy that holds only the modules behind "%s"',
  async (entry) => {
    const { dir } = project();
    const sdk = install(join(dir, 'node_modules', name), newest, 'whole');
    cpSync(join(import.meta.dirname, '../../node_modules/ws'), join(dir, 'node_modules/ws'), { recursive: true });
    const probe = async () => outcomeOf(await hangup(['verify', '--probe', '--json', '--dir', dir]));
    applyBelow(dir);
    const whole = tree(sdk);
    await trace(dir, sdk, entry);
    expect(await probe()).toMatchObject({ ok: true, copies: [{ probe: [{ build: 'cjs', patched: true }] }] });
    expect(Object.keys(tree(sdk)).length).toBeLessThan(Object.keys(whole).length / 2);
    // One class of those that are there is as published.
    const file = 'internal/lib/tts/ws.js';
    cpSync(join(pristineFolder(newest), file), join(sdk, file));
    expect(await probe()).toMatchObject({
      ok: false,
      copies: [{ probe: [{ patched: false, reason: 'TTSWS: it has no disconnect()' }] }],
    });
  },
);

test('an edited file beside missing ones is foreign still', () => {
  const { dir, sdk } = project();
  trim(sdk, declarations);
  writeFileSync(join(sdk, 'client.js'), '// edited');
  expect(applyBelow(dir)).toMatchObject({ exitCode: 4 });
});

test.each(['.next/standalone', '.output/server', 'dist'])(
  'a build output in %s stops neither apply nor init, and gets no patch',
  async (output) => {
    const { dir } = project();
    writeFileSync(
      join(dir, 'package.json'),
      JSON.stringify({ packageManager: 'npm@12.2.0', dependencies: { hangup: '1.0.0', [name]: newest } }),
    );
    const built = install(join(dir, output, 'node_modules', name), '3.5.1');
    writeFileSync(join(built, 'client.js'), '// minified');
    expect(applyBelow(dir)).toMatchObject({ ok: true, copies: [{ version: newest }] });
    const { changes } = await init({ dir, mode: 'show', remove: false });
    expect(changes.map(({ path }) => path).filter((path) => path.endsWith('.patch'))).toEqual([
      `patches/@cartesia+cartesia-js+${newest}.patch`,
    ]);
  },
);
