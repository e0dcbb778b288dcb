import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { supportedVersions, targets } from '../../overlays/cartesia/targets.ts';
import { hooksFor } from '../../patching/insertions.ts';
import { generate, place } from '../../tools/generate.ts';
import { filesOf, newest, patchSet, pristineFolder, root, script, versions } from '../support/patching.ts';

test('the committed patches are what the sources make, and making them changes nothing', async () => {
  expect(await script('tools/regen.ts', ['--check'])).toMatchObject({ code: 0, stderr: '' });
  const once = await generate(root);
  expect(await generate(root)).toEqual(once);
  for (const [file, text] of once) expect(readFileSync(join(root, file), 'utf8'), file).toBe(text);
});

test('the patches have no findings', async () => {
  expect(await script('tools/lint-patches.ts')).toMatchObject({ code: 0, stderr: '' });
});

test('nothing of the machine that made them is in them', async () => {
  for (const [file, text] of await generate(root)) {
    expect(text, file).not.toContain(root);
    expect(text, file).not.toMatch(/(?:^|[\s"'(])(?:\/home\/|\/tmp\/|\/Users\/|[A-Z]:\\)/m);
    expect(text, file).not.toContain('\r');
  }
});

test('the runtime stands alone: no module is imported, and only install is exported', () => {
  const text = readFileSync(join(root, 'patches/@cartesia/cartesia-js/runtime.cjs'), 'utf8');
  expect(text).not.toMatch(/\brequire\(|^import |__esModule|sourceMappingURL/m);
  expect(text).toMatch(/^module\.exports = \{ install(: \w+)? \};\n$/m);
});

test('the manifest says of every module which module system it is of, and of no declaration', () => {
  for (const version of versions) {
    for (const [path, entry] of filesOf(version)) {
      const file = entry.pre === null ? join(patchSet.directory, entry.source) : join(pristineFolder(version), path);
      const isEsm = /^(?:import|export)\b/m.test(readFileSync(file, 'utf8'));
      const expected = /\.d\.[cm]?ts$/.test(path) ? undefined : isEsm ? 'esm' : 'cjs';
      expect(entry.format, `${version} ${path}`).toBe(expected);
    }
  }
});

test('an anchor that is missing or ambiguous is an error that names file and anchor', () => {
  const target = targets.find(({ versions }) => versions.includes(newest))!;
  for (const hook of hooksFor(target)) {
    const pristine = readFileSync(join(pristineFolder(newest), hook.file), 'utf8');
    expect(place(Buffer.from(pristine), hook, newest)).toBe(
      Buffer.byteLength(pristine.slice(0, pristine.lastIndexOf('//# sourceMappingURL='))),
    );
    for (const anchor of hook.requires) {
      for (const [text, fault] of [
        [pristine.replace(anchor, ''), 'is missing'],
        [`${anchor}${pristine}`, 'is ambiguous'],
      ] as const) {
        const message = `${newest}, ${hook.file}: the anchor ${JSON.stringify(anchor)} ${fault}`;
        expect(() => place(Buffer.from(text), hook, newest)).toThrow(message);
      }
    }
  }
});

test('every version of targets.ts has a patch', () => {
  expect(versions).toEqual(supportedVersions);
});
