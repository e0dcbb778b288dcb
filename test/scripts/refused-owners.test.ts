import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { debris, hangup, newest, project, root, run, tree, unlike } from '../support/patching.ts';

/** A module that lets calls of `fs` fail as some file systems and containers do. */
function refusing(code: string, ...names: string[]): string {
  const text = `import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module';
    process.getuid = () => 0;
    for (const name of ${JSON.stringify(names)})
      fs[name] = () => { throw Object.assign(new Error('${code}: ' + name), { code: '${code}' }); };
    syncBuiltinESMExports();`;
  return `--import=data:text/javascript,${encodeURIComponent(text)}`;
}

test.each([
  ['EPERM', ['fchownSync']],
  ['EINVAL', ['fchownSync']],
  ['ENOSYS', ['fchownSync', 'fchmodSync']],
  ['ENOTSUP', ['fchmodSync']],
] as const)('%s from %j: the files are patched and reverted all the same', async (code, names) => {
  const { dir, sdk } = project();
  const before = tree(dir);
  const env = { NODE_OPTIONS: refusing(code, ...names) };
  expect(await hangup(['apply', '--dir', dir], { env })).toMatchObject({ code: 0, stderr: '' });
  expect(unlike(sdk, newest, 'post')).toEqual([]);
  expect(debris(dir)).toEqual([]);
  expect(await hangup(['apply', '--revert', '--dir', dir], { env })).toMatchObject({ code: 0 });
  expect(Object.keys(tree(dir))).toEqual(Object.keys(before));
});

test('another error of the same call is a failure still', async () => {
  const { dir } = project();
  const env = { NODE_OPTIONS: refusing('EIO', 'fchownSync') };
  expect(await hangup(['apply', '--dir', dir], { env })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/EIO/),
  });
  expect(debris(dir)).toEqual([]);
});

const setpriv = ['--bounding-set', '-chown', '--inh-caps', '-chown'];
const canDrop = process.getuid?.() === 0 && spawnSync('setpriv', [...setpriv, 'true']).status === 0;

test.skipIf(!canDrop)('a root without the right to give files away, as in a container (needs root)', async () => {
  const { dir, sdk } = project();
  for (const path of Object.keys(tree(dir))) {
    chownSync(join(dir, path), 12345, 23456);
    chmodSync(join(dir, path), 0o777);
  }
  const cli = ['--import', 'tsx', join(root, 'scripts/cli.ts'), 'apply', '--dir', dir];
  expect(await run('setpriv', [...setpriv, process.execPath, ...cli], { cwd: root })).toMatchObject({ code: 0 });
  expect(unlike(sdk, newest, 'post')).toEqual([]);
});
