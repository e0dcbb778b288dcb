/** What CONTRIBUTING.md promises: a new version of the SDK is one line in targets.ts and one command. */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageName } from '../../overlays/cartesia/targets.ts';
import { newest, root, run } from '../support/patching.ts';

const next = '4.3.0';
const alias = (version: string) => `node_modules/cartesia-${version}`;

function edit(file: string, change: (text: string) => string): void {
  const before = readFileSync(file, 'utf8');
  const after = change(before);
  expect(after, file).not.toBe(before);
  writeFileSync(file, after);
}

/** A copy of the project in which npm has installed one more version: the newest one under another number. */
function projectWithNext(copy: string): void {
  for (const part of [
    'core',
    'overlays',
    'patching',
    'register',
    'scripts',
    'tools',
    'patches',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'NOTICE',
  ]) {
    cpSync(join(root, part), join(copy, part), { recursive: true });
  }
  mkdirSync(join(copy, 'node_modules'));
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== '.package-lock.json') symlinkSync(join(root, 'node_modules', name), join(copy, 'node_modules', name));
  }
  cpSync(join(root, 'node_modules/.package-lock.json'), join(copy, 'node_modules/.package-lock.json'));
  cpSync(join(root, alias(newest)), join(copy, alias(next)), { recursive: true });
  edit(join(copy, alias(next), 'package.json'), (text) =>
    text.replace(`"version": "${newest}"`, `"version": "${next}"`),
  );
  for (const lockfile of ['package-lock.json', 'node_modules/.package-lock.json']) {
    edit(join(copy, lockfile), (text) => {
      const lock = JSON.parse(text) as { packages: Record<string, object> };
      lock.packages[alias(next)] = { ...lock.packages[alias(newest)], version: next };
      return JSON.stringify(lock);
    });
  }
}

test(`${next} takes one line in targets.ts and one command`, async () => {
  const copy = join(root, '.cache', `new-version-${process.pid}`);
  const tsx = (...argv: string[]) => run(process.execPath, ['--import', 'tsx', ...argv], { cwd: copy });
  try {
    projectWithNext(copy);
    const targets = join(copy, 'overlays/cartesia/targets.ts');
    let lines = 0;
    edit(targets, (text) =>
      text.replace(/^const since32 = .*$/m, (line) => {
        lines++;
        return line.replace(`'${newest}'`, `'${newest}', '${next}'`);
      }),
    );
    expect(lines).toBe(1);

    const regen = await tsx('tools/regen.ts');
    expect(regen, regen.stderr).toMatchObject({ code: 0 });
    const written = regen.stdout.split('\n').filter((line) => line.startsWith('written'));
    const folder = `patches/${packageName}`;
    const made = [`${next}.patch`, 'manifest.json'];
    expect(written).toEqual(made.map((name) => `written: ${folder}/${name}`));
    expect(await tsx('tools/regen.ts', '--check')).toMatchObject({ code: 0 });
    expect(await tsx('tools/lint-patches.ts')).toMatchObject({ code: 0, stderr: '' });

    const app = join(copy, 'app');
    cpSync(join(copy, alias(next)), join(app, 'node_modules', packageName), { recursive: true });
    writeFileSync(join(app, 'package.json'), '{"private":true}');
    const cli = (command: string) =>
      run(process.execPath, ['--import', 'tsx', join(copy, 'scripts/cli.ts'), command], { cwd: app });
    expect(await cli('verify')).toMatchObject({ code: 1 });
    expect(await cli('apply')).toMatchObject({ code: 0 });
    expect(await cli('verify')).toMatchObject({ code: 0 });
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}, 120_000);
