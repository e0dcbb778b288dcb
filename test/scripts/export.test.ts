import { appendFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cartesia } from '../../overlays/cartesia/sdk.ts';
import { readPatch } from '../../patching/complete-patch.ts';
import { patchPackage } from '../../scripts/managers/patch-package.ts';
import { startedVersions } from '../contract/played.ts';
import { hangup, install, name, newest, patchSet, project, run, scratch, unlike } from '../support/patching.ts';

const complete = (version: string) => readPatch(patchSet, version);

describe.concurrent('hangup export', () => {
  test.each(['npm', 'pnpm', 'yarn', 'bun'])('%s takes the patch as it is, for the installed version', async (tool) => {
    const { dir } = project('3.5.1');
    expect(await hangup(['export', tool], { cwd: dir })).toMatchObject({
      code: 0,
      stderr: '',
      stdout: complete('3.5.1'),
    });
  });

  test.each(startedVersions(cartesia))('patch-package applies its form of %s', async (version) => {
    const { dir, sdk } = project(version);
    mkdirSync(join(dir, 'patches'));
    const file = join('patches', patchPackage.fileName(name, version));
    expect(await hangup(['export', 'patch-package', '--output', file], { cwd: dir })).toMatchObject({ code: 0 });
    const program = createRequire(import.meta.url).resolve('patch-package/dist/index.js');
    const applied = await run(process.execPath, [program, '--error-on-fail', '--error-on-warn'], { cwd: dir });
    expect(applied).toMatchObject({ code: 0, stderr: '' });
    expect(unlike(sdk, version, 'post')).toEqual([]);
  });

  test('as JSON, with the name that the tool uses', async () => {
    const { stdout } = await hangup(['export', 'pnpm', '--version', newest, '--json'], { cwd: scratch() });
    expect(JSON.parse(stdout)).toEqual({
      version: 1,
      command: 'export',
      ok: true,
      exitCode: 0,
      patch: {
        package: name,
        version: newest,
        fileName: `@cartesia__cartesia-js@${newest}.patch`,
        text: complete(newest),
      },
    });
  });

  test.each([`${newest}.patch`, 'import.cjs', 'runtime.cjs', 'runtime.d.cts'])('a damaged or missing %s', (part) => {
    const directory = scratch();
    cpSync(patchSet.directory, directory, { recursive: true });
    const read = () => readPatch({ ...patchSet, directory }, newest);
    expect(read()).toContain('\n+++ b/hangup/runtime.cjs\n');
    appendFileSync(join(directory, part), ' \n');
    expect(read).toThrow(expect.objectContaining({ code: 'ERR_PATCH_INSTALL' }));
    rmSync(join(directory, part));
    expect(read).toThrow(expect.objectContaining({ code: 'ERR_PATCH_INSTALL' }));
  });

  test.each([
    [['export'], 2, 'no tool was named: the tools are npm, pnpm, yarn, bun and patch-package'],
    [['export', 'cargo'], 2, '"cargo" is not a tool that hangup knows'],
    [['export', 'npm', '--version', '9.9.9'], 3, 'there is no patch for 9.9.9'],
    [['export', 'npm', 'pnpm'], 2, "Unexpected argument 'pnpm'"],
    [['export', 'npm', '--version', newest, '--output', 'no/such/folder.patch'], 1, 'cannot write'],
    [['export', 'npm'], 2, 'is not a project'],
  ])('%j: exit %i', async (args, code, message) => {
    const failed = await hangup(args, { cwd: scratch() });
    expect(failed).toMatchObject({ code, stdout: '' });
    expect(failed.stderr).toContain(message);
  });

  test('two installed versions: one has to be named', async () => {
    const { dir } = project();
    install(join(dir, 'node_modules/old'), '3.1.0');
    writeFileSync(join(dir, 'package.json'), '{}');
    const failed = await hangup(['export', 'npm'], { cwd: dir });
    expect(failed.code).toBe(2);
    expect(failed.stderr).toMatch(/are installed. Name it with --version/);
  });
});
