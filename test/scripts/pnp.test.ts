import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readPatch } from '../../patching/complete-patch.ts';
import { applyTo } from '../../scripts/commands/apply.ts';
import { inspect } from '../../scripts/disk/inspect.ts';
import { hangup, install, name, outcomeOf, patchSet, scratch, tree } from '../support/patching.ts';

/** A project whose `.pnp.cjs` knows one copy, which lies elsewhere: what its fs makes of an archive is a folder here. */
function project(locator: { name: string; reference: string }): { dir: string; sdk: string } {
  const dir = scratch();
  const sdk = install(join(scratch(), 'cache.zip/node_modules', name), '3.5.1');
  writeFileSync(
    join(dir, '.pnp.cjs'),
    `exports.getAllLocators = () => [{ name: 'ws', reference: 'npm:8.0.0' }, ${JSON.stringify(locator)}];
    exports.getPackageInformation = ({ name }) => ({ packageLocation: name === 'ws' ? '/nowhere/' : ${JSON.stringify(`${sdk}/`)} });
    exports.resolveVirtual = () => null;`,
  );
  return { dir, sdk };
}

describe("Yarn Plug'n'Play", () => {
  test.each([
    { name, reference: 'npm:3.5.1' },
    { name: 'old', reference: `patch:${encodeURIComponent(name)}@npm%3A3.5.1#~/patches/x.patch` },
  ])('$name $reference: pristine, then patched', async (locator) => {
    const { dir, sdk } = project(locator);
    const before = tree(sdk);
    for (const command of ['verify', 'apply']) {
      const ran = await hangup([command, '--json'], { cwd: dir });
      expect(ran.code).toBe(1);
      expect(outcomeOf(ran)).toMatchObject({
        ok: false,
        error: { code: 'ERR_PATCH_ARCHIVE' },
        copies: [{ path: sdk, version: '3.5.1', state: 'pristine', archived: true }],
      });
    }
    expect(tree(sdk)).toEqual(before);
    applyTo(sdk);
    expect(outcomeOf(await hangup(['verify', '--json'], { cwd: dir }))).toMatchObject({
      ok: true,
      exitCode: 0,
      copies: [{ state: 'patched', archived: true }],
    });
    const { error, exitCode } = outcomeOf(await hangup(['apply', '--revert', '--json'], { cwd: dir }));
    expect({ code: error?.code, exitCode }).toEqual({ code: 'ERR_PATCH_ARCHIVE', exitCode: 1 });
    expect(error?.message).toContain('yarn hangup init --remove');
  });

  test('inspect() sees copies in folders and in archives, and writes nothing', () => {
    const { dir, sdk } = project({ name, reference: 'npm:3.5.1' });
    const other = install(join(dir, 'node_modules', name), '3.1.0');
    applyTo(other);
    const before = [tree(dir), tree(sdk)];
    const { copies, skipped } = inspect(dir, [patchSet]);
    expect(copies).toMatchObject([
      { directory: other, version: '3.1.0', state: 'patched', set: { package: name } },
      { directory: sdk, version: '3.5.1', state: 'pristine', archived: true, set: { package: name } },
    ]);
    expect(skipped).toEqual([]);
    expect([tree(dir), tree(sdk)]).toEqual(before);
  });

  test('export finds the installed version', async () => {
    const { dir } = project({ name, reference: 'npm:3.5.1' });
    expect(await hangup(['export', 'yarn'], { cwd: dir })).toMatchObject({
      code: 0,
      stderr: '',
      stdout: readPatch(patchSet, '3.5.1'),
    });
    const { stdout } = await hangup(['export', 'yarn', '--json'], { cwd: dir });
    expect(JSON.parse(stdout)).toMatchObject({ patch: { package: name, version: '3.5.1' } });
  });

  test('a version without a patch, and a foreign file', async () => {
    const { dir, sdk } = project({ name, reference: 'npm:3.5.1' });
    writeFileSync(join(sdk, 'client.js'), '// edited');
    expect(await hangup(['verify'], { cwd: dir })).toMatchObject({ code: 4 });
    writeFileSync(join(sdk, 'package.json'), JSON.stringify({ name, version: '9.9.9' }));
    expect(await hangup(['verify'], { cwd: dir })).toMatchObject({ code: 3 });
  });

  test('a .pnp.cjs that does not run: an error, and not "no SDK found"', async () => {
    const dir = scratch();
    writeFileSync(join(dir, '.pnp.cjs'), 'throw new Error("broken");');
    const ran = await hangup(['verify'], { cwd: dir });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('ERR_PATCH_IO');
    expect(ran.stderr).toContain('yarn install');
  });
});
