import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { applyPatch, parsePatch } from 'diff';
import { describe, expect, test } from 'vitest';
import { cartesia } from '../../overlays/cartesia/sdk.ts';
import { readPatch } from '../../patching/complete-patch.ts';
import { sha256 } from '../../patching/hashes.ts';
import { applyTo } from '../../scripts/commands/apply.ts';
import { startedVersions } from '../contract/played.ts';
import {
  filesOf,
  install,
  name,
  newest,
  patchSet,
  pristineFolder,
  project,
  run,
  scratch,
  tree,
  unlike,
  versions,
} from '../support/patching.ts';

const hasGit = spawnSync('git', ['--version']).status === 0;

describe.each(startedVersions(cartesia))('the complete patch of %s, in programs', (version) => {
  const text = readPatch(patchSet, version);
  const copy = () => install(join(scratch(), 'sdk'), version);

  test.skipIf(!hasGit)('git applies it', async () => {
    const sdk = copy();
    const file = join(sdk, '../complete.patch');
    writeFileSync(file, text);
    const check = await run('git', ['apply', '--check', '--whitespace=error', file], { cwd: sdk });
    expect(check).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(await run('git', ['apply', file], { cwd: sdk })).toMatchObject({ code: 0, stderr: '' });
    expect(unlike(sdk, version, 'post')).toEqual([]);
    expect(await run('git', ['apply', '-R', file], { cwd: sdk })).toMatchObject({ code: 0 });
    expect(unlike(sdk, version, 'pre')).toEqual([]);
  });

  test('patch-package applies it, with the paths that it wants', async () => {
    const { dir, sdk } = project(version);
    mkdirSync(join(dir, 'patches'));
    const derived = text.replaceAll(
      /(?<=^(?:diff --git .*|--- |\+\+\+ ))\b([ab])\/(?!node_modules)/gm,
      `$1/node_modules/${name}/`,
    );
    writeFileSync(join(dir, `patches/${name.replace('/', '+')}+${version}.patch`), derived);
    const patchPackage = createRequire(import.meta.url).resolve('patch-package/dist/index.js');
    const { code, stderr } = await run(process.execPath, [patchPackage, '--error-on-fail', '--error-on-warn'], {
      cwd: dir,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(unlike(sdk, version, 'post')).toEqual([]);
  });
});

describe.each(versions)('the complete patch of %s', (version) => {
  const text = readPatch(patchSet, version);

  test('the diff package applies it without fuzz', () => {
    const posts = parsePatch(text).map((part) => {
      const path = part.newFileName!.replace('b/', '');
      const pre = part.isCreate ? '' : readFileSync(join(pristineFolder(version), path), 'utf8');
      const post = applyPatch(pre, part, { fuzzFactor: 0 });
      return [path, post === false ? post : sha256(post)];
    });
    expect(posts).toEqual(filesOf(version).map(([path, { post }]) => [path, post]));
  });

  test('applyTo gives the same files, and revert the published package', () => {
    const sdk = install(join(scratch(), 'sdk'), version, version === newest ? 'whole' : 'slim');
    const published = tree(sdk);
    expect(applyTo(sdk)).toMatchObject({ version, state: 'pristine', action: 'patched' });
    expect(unlike(sdk, version, 'post')).toEqual([]);
    expect(applyTo(sdk, { revert: true })).toMatchObject({ state: 'patched', action: 'reverted' });
    expect(tree(sdk)).toEqual(published);
  });
});

test('the last line of every published file stays the last line', () => {
  for (const version of versions) {
    const sdk = install(join(scratch(), 'sdk'), version);
    const last = (path: string) => readFileSync(join(sdk, path), 'utf8').split('\n').at(-1);
    const paths = filesOf(version).flatMap(([path, { pre }]) => (pre === null ? [] : path));
    const before = paths.map(last);
    applyTo(sdk);
    expect(paths.map(last)).toEqual(before);
    // 1.x and 2.x publish no source maps.
    const expected = version < '3' ? '' : '//# sourceMappingURL=';
    for (const line of before) expect(line!.startsWith(expected), version).toBe(true);
  }
});

test('a CommonJS and an ES module consumer load a patched copy, and bundlers can follow the hook', async () => {
  const { build } = await import('esbuild');
  for (const version of ['3.0.0', newest]) {
    const dir = scratch();
    applyTo(install(join(dir, 'node_modules/sdk'), version, 'whole'));
    const check = `if (typeof TTSWS.prototype.disconnect !== 'function') process.exit(7); console.log('patched');`;
    writeFileSync(join(dir, 'a.cjs'), `const { TTSWS } = require('sdk/resources/tts/ws'); ${check}`);
    writeFileSync(join(dir, 'b.mjs'), `import { TTSWS } from 'sdk/resources/tts/ws'; ${check}`);
    await build({
      entryPoints: [join(dir, 'b.mjs')],
      outfile: join(dir, 'c.mjs'),
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      external: ['ws'],
      logLevel: 'silent',
    });
    for (const file of ['a.cjs', 'b.mjs', 'c.mjs']) {
      expect(await run(process.execPath, [file], { cwd: dir }), `${version} ${file}`).toMatchObject({
        code: 0,
        stdout: 'patched\n',
      });
    }
  }
});
