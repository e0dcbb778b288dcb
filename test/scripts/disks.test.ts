import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { applyBelow } from '../../scripts/commands/apply.ts';
import {
  debris,
  hangup,
  identities,
  install,
  name,
  newest,
  outcomeOf,
  scratch,
  tree,
  unlike,
} from '../support/patching.ts';

const mounted: string[] = [];

/** A small file system of its own; `undefined` where this process may not mount. */
function mount(options: string, folder = scratch()): string | undefined {
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]).status !== 0) return undefined;
  if (!options.includes('remount')) mounted.push(folder);
  return folder;
}

function unmount(): void {
  for (const folder of mounted.splice(0)) spawnSync('umount', ['--lazy', folder]);
}

const canMount = mount('size=64k') !== undefined;
unmount();

/** Takes what space is left, but for these KiB. */
function fill(dir: string, free: number): () => void {
  const reserve = join(dir, 'reserve');
  const rest = join(dir, 'rest');
  writeFileSync(reserve, Buffer.alloc(free * 1024, 1));
  try {
    for (;;) writeFileSync(rest, Buffer.alloc(4096, 1), { flag: 'a' });
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  }
  rmSync(reserve);
  return () => rmSync(rest);
}

const dependable = (dir: string) => {
  const { reserve: _, rest: __, ...others } = tree(dir);
  return others;
};

describe.skipIf(!canMount)('disks (needs the right to mount)', { timeout: 60_000 }, () => {
  afterEach(unmount);

  // The runtime alone needs more than 100 KiB, all files together more than 300.
  test.each([
    ['apply', 0],
    ['apply', 60],
    ['apply', 200],
    ['revert', 0],
    ['revert', 60],
  ] as const)(
    'full: %s with %i KiB left changes nothing, says so, and works once there is space',
    async (command, free) => {
      const dir = mount('size=3m')!;
      const sdk = install(join(dir, 'node_modules', name));
      if (command === 'revert') applyBelow(dir);
      const release = fill(dir, free);
      const before = dependable(dir);
      const args = ['apply', ...(command === 'revert' ? ['--revert'] : []), '--json', '--dir', dir];
      const failed = await hangup(args);
      expect(failed.code).toBe(1);
      expect(outcomeOf(failed).error).toMatchObject({
        code: 'ERR_PATCH_IO',
        message: expect.stringMatching(/cannot write in .*; nothing was changed: ENOSPC.*Free some space on that disk/),
      });
      expect(dependable(dir)).toEqual(before);
      expect(debris(dir)).toEqual([]);
      // Verify, which writes nothing, still tells the truth.
      expect(await hangup(['verify', '--dir', dir])).toMatchObject({ code: command === 'revert' ? 0 : 1 });
      release();
      expect(await hangup(args)).toMatchObject({ code: 0 });
      expect(unlike(sdk, newest, command === 'revert' ? 'pre' : 'post')).toEqual([]);
    },
  );

  test('no file can be made any more: the same', async () => {
    const dir = mount('size=3m,nr_inodes=61')!;
    install(join(dir, 'node_modules', name));
    const taken: string[] = [];
    try {
      for (;;) {
        const file = join(dir, `taken-${taken.length}`);
        writeFileSync(file, '');
        taken.push(file);
      }
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENOSPC' });
    }
    for (const file of taken.splice(0, 5)) rmSync(file);
    const before = tree(dir);
    const failed = await hangup(['apply', '--dir', dir]);
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('ENOSPC') });
    expect(tree(dir)).toEqual(before);
    for (const file of taken) rmSync(file);
    expect(await hangup(['apply', '--dir', dir])).toMatchObject({ code: 0 });
  });

  test('read-only: apply changes nothing and names the load hook; a patched tree is fine', async () => {
    const dir = mount('size=3m')!;
    install(join(dir, 'node_modules', name));
    const remount = (mode: 'ro' | 'rw') => expect(mount(`remount,size=3m,${mode}`, dir)).toBe(dir);
    remount('ro');
    const before = identities(dir);
    const refused = await hangup(['apply', '--json', '--dir', dir]);
    expect(refused.code).toBe(1);
    expect(outcomeOf(refused).error).toMatchObject({
      code: 'ERR_PATCH_IO',
      message: expect.stringMatching(/nothing was changed: EROFS.*node --import hangup\/register/),
    });
    expect(identities(dir)).toEqual(before);
    expect(await hangup(['verify', '--dir', dir])).toMatchObject({ code: 1 });
    remount('rw');
    expect(await hangup(['apply', '--dir', dir])).toMatchObject({ code: 0 });
    remount('ro');
    for (const command of ['apply', 'verify']) expect(await hangup([command, '--dir', dir])).toMatchObject({ code: 0 });
    expect(await hangup(['apply', '--revert', '--dir', dir])).toMatchObject({ code: 1 });
    expect(await hangup(['verify', '--dir', dir])).toMatchObject({ code: 0 });
  });

  test('a file that cannot be replaced, because something is mounted on it: says how far it came, heals afterwards', async () => {
    const dir = mount('size=3m')!;
    const sdk = install(join(dir, 'node_modules', name));
    const file = join(sdk, 'internal/lib/tts/ws.mjs');
    expect(spawnSync('mount', ['--bind', file, file]).status).toBe(0);
    mounted.unshift(file);
    const failed = await hangup(['apply', '--dir', dir]);
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringMatching(/\d+ of 25 files are done: EBUSY/) });
    expect(debris(dir)).toEqual([]);
    expect(applyBelow(dir, { check: true })).toMatchObject({ ok: false, copies: [{ state: 'partial' }] });
    expect(spawnSync('umount', [file]).status).toBe(0);
    expect(await hangup(['apply', '--dir', dir])).toMatchObject({ code: 0 });
    expect(unlike(sdk, newest, 'post')).toEqual([]);
  });
});
