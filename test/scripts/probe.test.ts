/** `hangup verify --probe` with every version of the SDK, and with copies that do not behave. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { cartesia } from '../../overlays/cartesia/sdk.ts';
import { formatsOf, targetsOf } from '../../overlays/sdk.ts';
import { applyTo } from '../../scripts/commands/apply.ts';
import type { CopyResult } from '../../scripts/outcome.ts';
import { loadedBare } from '../../scripts/probe/classes.ts';
import { probeAll } from '../../scripts/probe/run.ts';
import { isLong, startedVersions } from '../contract/played.ts';
import { hangup, install, name, outcomeOf, type RunOptions, root, run, scratch, tree } from '../support/patching.ts';
import { barePackage, patchedPackage } from '../support/sdk.ts';

/** Inside the repository, where the SDKs find what they depend on. */
const folder = join(root, `.cache/probe-${process.pid}`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const probeIn = async (dir: string, options: RunOptions = {}) =>
  outcomeOf(await hangup(['verify', '--probe', '--recursive', '--json', '--dir', dir], options));

/** `cjs ok, esm TTSWS: …` */
const told = ({ probe = [] }: CopyResult) => probe.map(({ build, reason }) => `${build} ${reason ?? 'ok'}`).join(', ');

describe('the versions', () => {
  const probed = startedVersions(cartesia);
  /** A folder with a copy of each. */
  const copiesOf = (kind: string, packageOf: (version: string) => string) => {
    for (const version of probed) {
      cpSync(packageOf(version), join(folder, kind, version, 'node_modules', cartesia.packageName), {
        recursive: true,
      });
    }
    return join(folder, kind);
  };
  const expected = (verdict: RegExp) =>
    Object.fromEntries(probed.map((version) => [version, { builds: formatsOf(cartesia, version), verdict }]));
  const seen = (copies: CopyResult[], verdict: RegExp) =>
    Object.fromEntries(
      copies.map((copy) => {
        const isAsExpected = copy.probe!.every(({ reason = 'ok' }) => verdict.test(reason));
        expect(copy.builds).toEqual(copy.probe!.map(({ build }) => build));
        return [copy.version, { builds: copy.builds, verdict: isAsExpected ? verdict : told(copy) }];
      }),
    );

  test('are not patched as published', async () => {
    const { exitCode, error, copies } = await probeIn(copiesOf('bare', barePackage));
    const verdict = /^\w+: (it has no disconnect\(\)|disconnect\(\) does not tell when it is done)$/;
    expect(seen(copies, verdict)).toEqual(expected(verdict));
    expect({ exitCode, error }).toEqual({ exitCode: 1, error: undefined });
  }, 120_000);

  test('are patched after apply', async () => {
    const { exitCode, error, copies } = await probeIn(copiesOf('patched', patchedPackage));
    expect(seen(copies, /^ok$/)).toEqual(expected(/^ok$/));
    expect({ exitCode, error }).toEqual({ exitCode: 0, error: undefined });
  }, 120_000);
});

test.concurrent.each(isLong ? ['1.0.0', '1.3.0', '2.2.9', '3.0.0', '4.2.0'] : ['2.2.9'])(
  '%s: the probe names the class that alone is as published',
  async (version) => {
    const dir = join(folder, version);
    const sdk = join(dir, 'node_modules', cartesia.packageName);
    cpSync(patchedPackage(version), sdk, { recursive: true });
    const targets = targetsOf(cartesia, version);
    for (const { className, builds } of isLong ? targets : targets.slice(0, 2)) {
      const files = builds.map(({ file }) => file);
      for (const file of files) cpSync(join(barePackage(version), file), join(sdk, file));
      const { exitCode, copies } = await probeIn(dir);
      for (const file of files) cpSync(join(patchedPackage(version), file), join(sdk, file));
      expect({ exitCode, state: copies[0]!.state }).toEqual({ exitCode: 1, state: 'partial' });
      const bare = copies[0]!.probe!.filter(({ patched }) => !patched);
      expect(bare, `${className}: ${told(copies[0]!)}`).toHaveLength(builds.length);
      for (const { reason } of bare) expect(reason).toMatch(new RegExp(`^${className}: `));
    }
    expect(await probeIn(dir)).toMatchObject({ ok: true });
  },
  60_000,
);

test.concurrent.each([
  ['4.2.0', ['cjs', 'esm']] as const,
  ...(isLong
    ? ([
        ['1.3.0', ['esm']],
        ['2.2.9', ['cjs']],
        ['3.0.0', ['cjs', 'esm']],
      ] as const)
    : []),
])(
  '%s: a package.json that leads to files as published, beside patched ones',
  async (version, builds) => {
    const dir = join(folder, `led-${version}`);
    const sdk = join(dir, 'node_modules', cartesia.packageName);
    cpSync(patchedPackage(version), sdk, { recursive: true });
    cpSync(barePackage(version), join(sdk, 'other'), { recursive: true });
    rmSync(join(sdk, 'other/package.json'));
    const file = join(sdk, 'package.json');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/"\.\/(?=[^"]*(\.m?js|\*)")/g, '"./other/'));
    const { exitCode, copies } = await probeIn(dir);
    expect({ exitCode, state: copies[0]!.state }).toEqual({ exitCode: 1, state: 'patched' });
    expect(copies[0]!.probe).toEqual(
      builds.map((build) => ({ build, patched: false, reason: expect.stringMatching(/ gives another class$/) })),
    );
  },
  60_000,
);

/** A process that has ended is still there until its parent, or whoever took it over, has asked for its exit code. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync(`/proc/${pid}/stat`) || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Blocks for ever, and leaves the machine to others. */
const hang = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);';

/** An app outside the repository: no `ws` is installed there. */
function app(version = '4.2.0'): { dir: string; sdk: string } {
  const dir = scratch();
  writeFileSync(join(dir, 'package.json'), '{"name":"app","private":true}');
  return { dir, sdk: install(join(dir, 'node_modules', name), version, 'whole') };
}

describe('the probe', () => {
  test('needs no ws, changes nothing on disk', async () => {
    const { dir, sdk } = app();
    applyTo(sdk);
    const before = tree(dir);
    expect(await probeIn(dir)).toMatchObject({ ok: true, copies: [{ probe: [{ patched: true }, { patched: true }] }] });
    expect(tree(dir)).toEqual(before);
  });

  test('knows an SDK that cannot be loaded, shows no key, and hands none on', async () => {
    const { dir, sdk } = app();
    const key = 'sk_car_TESTKEYdonotprint';
    const secrets = {
      CARTESIA_API_KEY: key,
      OPENAI_API_KEY: 'sk-proj-1',
      AWS_SECRET_ACCESS_KEY: 'aws-1',
      NPM_TOKEN: 'npm-1',
      CLIENT_SECRET: 'secret-1',
    };
    const seen = `[${Object.keys(secrets).map((name) => `process.env.${name}`)}].join()`;
    const leak = `throw new Error('broken by ' + ${seen} + ' and ${key}\\nmore');\n`;
    for (const build of ['js', 'mjs']) writeFileSync(join(sdk, `version.${build}`), leak);
    applyTo(sdk);
    const { exitCode, error, copies } = await probeIn(dir, { env: secrets });
    expect({ exitCode, code: error?.code }).toEqual({ exitCode: 1, code: 'ERR_PATCH_PROBE' });
    expect(copies[0]!.probe).toMatchObject([{ patched: false }, { patched: false }]);
    expect(JSON.stringify(copies) + error!.message).toContain('broken by ,,,, and [redacted]');
    expect(JSON.stringify(copies) + error!.message).not.toContain(key);
  });

  test('a package without a known class is never ok', async () => {
    const { sdk } = app();
    applyTo(sdk);
    const copy = {
      path: sdk,
      package: 'another-sdk',
      version: '4.2.0',
      state: 'patched',
      delivery: 'disk',
      builds: ['cjs'],
    };
    const copies = [{ ...copy, action: 'none', files: [] } as CopyResult];
    const outcome = await probeAll({ ok: true, exitCode: 0, copies }, sdk);
    expect(outcome).toMatchObject({ ok: false, exitCode: 1, error: { code: 'ERR_PATCH_PROBE' } });
    expect(outcome.copies[0]!.probe).toEqual([
      { build: 'cjs', patched: false, reason: 'this hangup knows none of its classes' },
    ]);
    expect(await probeAll({ ok: true, exitCode: 0, copies: [{ ...copies[0]!, builds: [] }] }, sdk)).toMatchObject({
      ok: false,
    });
    expect(await loadedBare({ package: 'another-sdk', version: '4.2.0', path: sdk })).toHaveLength(1);
  });

  test('an SDK that hangs as it is loaded, and one that ends the process, are not patched; nothing is left running', async () => {
    const { dir, sdk } = app();
    const pids = join(dir, 'pids');
    const noted = `require('node:fs').appendFileSync(${JSON.stringify(pids)}, process.pid + ' ');`;
    writeFileSync(join(sdk, 'version.js'), `${noted} ${hang}`);
    writeFileSync(join(sdk, 'version.mjs'), 'process.exit(7); export const VERSION = 0;');
    applyTo(sdk);
    const source = `
      const { applyBelow } = await import(${JSON.stringify(pathToFileURL(join(root, 'scripts/commands/apply.ts')).href)});
      const { probeAll } = await import(${JSON.stringify(pathToFileURL(join(root, 'scripts/probe/run.ts')).href)});
      const outcome = applyBelow(${JSON.stringify(dir)}, { check: true });
      const copies = outcome.copies.map((copy) => ({ ...copy, delivery: 'disk' }));
      console.log(JSON.stringify(await probeAll({ ...outcome, copies }, ${JSON.stringify(dir)}, 4_000)));`;
    const ran = await run(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', source], { cwd: root });
    const { error, copies } = outcomeOf(ran);
    expect(told(copies[0]!)).toBe(
      'cjs TTSWS: no answer within 4000 ms, esm TTSWS: it ends the process that loads it (exit 7)',
    );
    expect(error!.code).toBe('ERR_PATCH_PROBE');
    const left = readFileSync(pids, 'utf8').trim().split(' ').map(Number);
    expect(left).toHaveLength(1);
    expect(() => process.kill(left[0]!, 0)).toThrow('ESRCH');
  }, 40_000);

  test('a build that hangs does not outlive whoever asked', { timeout: 60_000 }, async () => {
    const { dir, sdk } = app();
    const noted = join(dir, 'pid');
    writeFileSync(
      join(sdk, 'version.js'),
      `require('node:fs').writeFileSync(${JSON.stringify(noted)}, String(process.pid)); ${hang}`,
    );
    applyTo(sdk);
    const argv = ['--import', 'tsx', join(root, 'scripts/cli.ts'), 'verify', '--probe', '--dir', dir];
    const prober = spawn(process.execPath, argv, { cwd: root, stdio: 'ignore' });
    while (!existsSync(noted) || readFileSync(noted, 'utf8') === '') await delay(20);
    const pid = Number(readFileSync(noted, 'utf8'));
    prober.kill('SIGKILL');
    while (isRunning(pid)) await delay(50);
  });

  test("reads a copy of Plug'n'Play through its .pnp.cjs", async () => {
    const dir = scratch();
    const sdk = install(join(scratch(), 'cache.zip/node_modules', name), '3.5.1', 'whole');
    applyTo(sdk);
    const locator = JSON.stringify({ name, reference: 'npm:3.5.1' });
    writeFileSync(
      join(dir, '.pnp.cjs'),
      `globalThis.pnp = true;
      exports.getAllLocators = () => [${locator}];
      exports.getPackageInformation = () => ({ packageLocation: ${JSON.stringify(`${sdk}/`)} });
      exports.resolveVirtual = () => null;`,
    );
    for (const build of ['js', 'mjs']) {
      const file = join(sdk, `version.${build}`);
      writeFileSync(file, `if (!globalThis.pnp) throw new Error('not found');\n${readFileSync(file, 'utf8')}`);
    }
    const { ok, copies } = await probeIn(dir);
    expect({ ok, told: told(copies[0]!), archived: copies[0]!.archived }).toEqual({
      ok: true,
      told: 'cjs ok, esm ok',
      archived: true,
    });
  });
});
