import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { seal } from '../../patching/seal.ts';
import { applyBelow, applyTo } from '../../scripts/commands/apply.ts';
import { isLong } from '../contract/played.ts';
import { filesOf, identities, install, name, newest, project, states, tree, unlike } from '../support/patching.ts';

const hook = 'internal/lib/tts/ws.js';
const runtime = 'hangup/runtime.cjs';

const edit = (file: string, change: (text: string) => string) =>
  writeFileSync(file, change(readFileSync(file, 'utf8')));

describe('apply', () => {
  test('a second run writes nothing', () => {
    const { dir } = project();
    expect(applyBelow(dir)).toMatchObject({ ok: true, exitCode: 0 });
    const before = identities(dir);
    expect(states(applyBelow(dir))).toEqual(['patched none']);
    expect(identities(dir)).toEqual(before);
  });

  test('--check writes nothing and says what is to be done', () => {
    const { dir } = project();
    const before = identities(dir);
    const outcome = applyBelow(dir, { check: true });
    expect(outcome).toMatchObject({ ok: false, exitCode: 1 });
    expect(states(outcome)).toEqual(['pristine would-patch']);
    applyBelow(dir, { check: true, revert: true });
    expect(identities(dir)).toEqual(before);
  });

  test('any subset of the files heals, forwards and backwards', { timeout: 60_000 }, () => {
    const paths = filesOf(newest).map(([path]) => path);
    const { dir, sdk } = project();
    const all = 2 ** paths.length - 1;
    const single = paths.map((_, bit) => 1 << bit);
    // One file alone, all but one, and every other one: all subsets would be thousands.
    const each = isLong
      ? [...single, ...single.map((bit) => all ^ bit)]
      : single.map((bit, index) => (index % 2 === 0 ? bit : all ^ bit));
    for (const subset of [...each, 0x5555 & all, 0xaaaa & all]) {
      for (const revert of [false, true]) {
        applyBelow(dir);
        const patched = new Map(paths.map((path) => [path, readFileSync(join(sdk, path))]));
        applyBelow(dir, { revert: true });
        mkdirSync(join(sdk, dirname(runtime)), { recursive: true });
        for (const [bit, path] of paths.entries())
          if (subset & (1 << bit)) writeFileSync(join(sdk, path), patched.get(path)!);
        expect(states(applyBelow(dir, { revert }))).toEqual([`partial ${revert ? 'reverted' : 'patched'}`]);
        expect(unlike(sdk, newest, revert ? 'pre' : 'post')).toEqual([]);
      }
    }
  });

  test('a runtime of another hangup release is stale, and replaced', () => {
    const { dir, sdk } = project();
    applyBelow(dir);
    writeFileSync(join(sdk, runtime), seal('0.0.9', '"use strict";\nmodule.exports = { install() {} };\n'));
    expect(applyBelow(dir, { check: true })).toMatchObject({ exitCode: 1, copies: [{ state: 'stale' }] });
    expect(states(applyBelow(dir))).toEqual(['stale patched']);
    expect(unlike(sdk, newest, 'post')).toEqual([]);
  });

  test.each([false, true])('the lines of another hangup release are stale, and replaced; revert: %s', (revert) => {
    const { dir, sdk } = project();
    applyBelow(dir);
    writeFileSync(join(sdk, runtime), seal('0.0.9', '"use strict";\nmodule.exports = { install() {} };\n'));
    for (const path of [hook, hook.replace(/js$/, 'd.ts')]) {
      const text = readFileSync(join(sdk, path), 'utf8');
      const other = text.replace(/^(import|require).*hangup\//m, (line) => line.replace('hangup/', 'hangup/old/'));
      expect(other).not.toBe(text);
      writeFileSync(join(sdk, path), other);
    }
    expect(applyBelow(dir, { check: true, revert })).toMatchObject({ exitCode: 1, copies: [{ state: 'stale' }] });
    expect(states(applyBelow(dir, { revert }))).toEqual([`stale ${revert ? 'reverted' : 'patched'}`]);
    expect(unlike(sdk, newest, revert ? 'pre' : 'post')).toEqual([]);
  });

  test('a read-only file is patched and stays read-only', () => {
    const { dir, sdk } = project();
    chmodSync(join(sdk, hook), 0o444);
    expect(applyBelow(dir).ok).toBe(true);
    expect(statSync(join(sdk, hook)).mode & 0o777).toBe(0o444);
    applyBelow(dir, { revert: true });
    expect(statSync(join(sdk, hook)).mode & 0o777).toBe(0o444);
  });

  test("the files stay the property of the tree's owner", () => {
    // Only root can give files away; for everybody else this is true without our doing.
    const uid = process.getuid?.() === 0 ? 65534 : process.getuid!();
    const { dir, sdk } = project();
    for (const path of ['', dirname(hook), hook]) chownSync(join(sdk, path), uid, process.getgid!());
    expect(applyBelow(dir).ok).toBe(true);
    for (const path of [runtime, dirname(runtime), hook]) expect(statSync(join(sdk, path)).uid, path).toBe(uid);
  });

  test('a new folder is as open as the one that it is in, whatever the umask', () => {
    const { dir, sdk } = project();
    const before = process.umask(0o077);
    try {
      expect(applyBelow(dir).ok).toBe(true);
    } finally {
      process.umask(before);
    }
    expect(statSync(join(sdk, dirname(runtime))).mode).toBe(statSync(sdk).mode);
    expect(statSync(join(sdk, runtime)).mode & 0o777).toBe(0o644);
  });

  test('a hard-linked sibling keeps its bytes', () => {
    const { dir, sdk } = project();
    const sibling = join(dir, 'store.js');
    linkSync(join(sdk, hook), sibling);
    const before = readFileSync(sibling);
    expect(applyBelow(dir).ok).toBe(true);
    expect(readFileSync(sibling)).toEqual(before);
    expect(statSync(sibling).nlink).toBe(1);
  });
});

test('files that a dead run has left are removed; those of a live run stay', () => {
  const { dir, sdk } = project();
  const left = (pid: number) => join(sdk, dirname(hook), `.hangup-${pid}-0a1b2c.tmp`);
  const dead = spawnSync(process.execPath, ['-e', '0']).pid;
  for (const pid of [dead, process.pid]) writeFileSync(left(pid), 'half');
  expect(applyBelow(dir, { check: true }).exitCode).toBe(1);
  expect([dead, process.pid].map((pid) => existsSync(left(pid)))).toEqual([true, true]);
  expect(applyBelow(dir).exitCode).toBe(0);
  expect([dead, process.pid].map((pid) => existsSync(left(pid)))).toEqual([false, true]);
  // The pid of a dead run may be in use again, in a container even by this very run.
  const hourAgo = Date.now() / 1000 - 3600;
  utimesSync(left(process.pid), hourAgo, hourAgo);
  expect(applyBelow(dir).exitCode).toBe(0);
  expect(existsSync(left(process.pid))).toBe(false);
});

describe('refusals change nothing in any copy', () => {
  const twoCopies = () => {
    const { dir, sdk } = project();
    const other = install(join(dir, 'node_modules/agent/node_modules', name), '3.1.0');
    return { dir, sdk, other };
  };

  const unknown = 'is neither the published file nor the patched one';
  const damages: [string, string, (sdk: string) => void][] = [
    ['one byte is changed', unknown, (sdk) => edit(join(sdk, hook), (text) => text.replace('close', 'Close'))],
    [
      'the line ends are CRLF',
      'has CRLF line ends',
      (sdk) => edit(join(sdk, hook), (text) => text.replaceAll('\n', '\r\n')),
    ],
    ['a file is empty', unknown, (sdk) => writeFileSync(join(sdk, hook), '')],
    [
      'a folder is in place of a file',
      'is not a file',
      (sdk) => {
        rmSync(join(sdk, hook));
        mkdirSync(join(sdk, hook));
      },
    ],
    [
      'a file is in place of a folder',
      'lie below something that is not a folder',
      (sdk) => writeFileSync(join(sdk, dirname(runtime)), ''),
    ],
    [
      'a file is a symbolic link',
      'is a symbolic link',
      (sdk) => {
        renameSync(join(sdk, hook), join(sdk, 'elsewhere.js'));
        symlinkSync('../../../elsewhere.js', join(sdk, hook));
      },
    ],
    [
      'a folder is a symbolic link',
      'lie behind a symbolic link',
      (sdk) => {
        renameSync(join(sdk, 'internal/lib'), join(sdk, 'lib'));
        symlinkSync('../lib', join(sdk, 'internal/lib'));
      },
    ],
    ...['elsewhere', 'nowhere'].map((target): (typeof damages)[number] => [
      `the folder of the new files is a symbolic link to ${target}`,
      'lie behind a symbolic link',
      (sdk) => {
        mkdirSync(join(sdk, '../elsewhere'));
        writeFileSync(join(sdk, '../elsewhere/file'), 'of somebody');
        symlinkSync(`../${target}`, join(sdk, dirname(runtime)));
      },
    ]),
    [
      'a hook line was edited',
      hook,
      (sdk) => {
        applyTo(sdk);
        edit(join(sdk, hook), (text) => text.replace('runtime.cjs', 'other.cjs'));
      },
    ],
    [
      'the runtime was edited',
      runtime,
      (sdk) => {
        applyTo(sdk);
        edit(join(sdk, runtime), (text) => text.replace('use strict', 'use sloppy'));
      },
    ],
    [
      'the runtime is somebody else’s',
      runtime,
      (sdk) => {
        mkdirSync(join(sdk, dirname(runtime)));
        writeFileSync(join(sdk, runtime), 'module.exports = {};\n');
      },
    ],
  ];

  test.each(damages)('%s: exit 4, %s', (_, reason, damage) => {
    const { dir, sdk } = twoCopies();
    damage(sdk);
    const before = tree(dir);
    for (const options of [{}, { revert: true }, { check: true }]) {
      const outcome = applyBelow(dir, options);
      expect(outcome).toMatchObject({
        ok: false,
        exitCode: 4,
        error: { code: 'ERR_PATCH_FOREIGN', message: expect.stringContaining(reason) },
      });
      expect(outcome.copies.find(({ path }) => path === sdk)).toMatchObject({ state: 'foreign', action: 'refused' });
    }
    expect(tree(dir)).toEqual(before);
    expect(() => applyTo(sdk)).toThrow(expect.objectContaining({ code: 'ERR_PATCH_FOREIGN' }));
  });

  test('an unknown version, although its files are those of a known one: exit 3', () => {
    const { dir, sdk } = twoCopies();
    edit(join(sdk, 'package.json'), (text) => text.replace(`"version": "${newest}"`, '"version": "4.3.0"'));
    const before = tree(dir);
    expect(applyBelow(dir)).toMatchObject({ exitCode: 3, error: { code: 'ERR_PATCH_UNSUPPORTED' } });
    expect(tree(dir)).toEqual(before);
    expect(() => applyTo(sdk)).toThrow(expect.objectContaining({ code: 'ERR_PATCH_UNSUPPORTED' }));
  });

  test.each(['constructor', '__proto__', ''])('the version %j is unknown too', (version) => {
    const { dir, sdk } = twoCopies();
    edit(join(sdk, 'package.json'), (text) => text.replace(`"version": "${newest}"`, `"version": "${version}"`));
    expect(applyBelow(dir).exitCode).toBe(3);
  });

  test('a foreign file counts for more than an unknown version', () => {
    const { dir, sdk, other } = twoCopies();
    edit(join(sdk, 'package.json'), (text) => text.replace(`"version": "${newest}"`, '"version": "4.3.0"'));
    edit(join(other, hook), (text) => `${text} `);
    expect(applyBelow(dir).exitCode).toBe(4);
  });

  test('a folder that is no SDK: ERR_PATCH_NO_SDK', () => {
    const { dir } = twoCopies();
    expect(() => applyTo(dir)).toThrow(expect.objectContaining({ code: 'ERR_PATCH_NO_SDK' }));
  });
});

test('a version without a patch does not keep other copies from being reverted', () => {
  const { dir, sdk } = project();
  const other = install(join(dir, 'node_modules/other'));
  expect(applyBelow(dir).exitCode).toBe(0);
  applyTo(other, { revert: true });
  const manifest = join(other, 'package.json');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(`"version": "${newest}"`, '"version": "9.9.9"'));
  const outcome = applyBelow(dir, { revert: true });
  expect(outcome).toMatchObject({ ok: true, exitCode: 0 });
  expect(outcome.copies.map(({ state, action }) => [state, action])).toEqual([
    ['patched', 'reverted'],
    ['unsupported', 'none'],
  ]);
  expect(unlike(sdk, newest, 'pre')).toEqual([]);
});
