import { chmodSync, lchownSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applyBelow } from '../../scripts/commands/apply.ts';
import { hangup, identities, newest, outcomeOf, project, tree, unlike, unprivileged } from '../support/patching.ts';

/** Somebody who is neither root nor the one that an unprivileged child runs as. */
const owner = { uid: 12345, gid: 23456 };

const everything = (dir: string) => [
  dir,
  ...readdirSync(dir, { recursive: true, encoding: 'utf8' }).map((path) => join(dir, path)),
];

const owners = (dir: string) =>
  Object.fromEntries(
    everything(dir).map((path) => {
      const { uid, gid } = statSync(path);
      return [path, { uid, gid }];
    }),
  );

/** A project that only its owner and the owner's group can read. */
function projectOf({ uid, gid }: { uid: number; gid: number }) {
  const made = project();
  for (const path of everything(made.dir)) {
    chmodSync(path, statSync(path).isDirectory() ? 0o2750 : 0o640);
    lchownSync(path, uid, gid);
    // A change of owner clears it.
    if (statSync(path).isDirectory()) chmodSync(path, 0o2750);
  }
  return made;
}

describe.skipIf(process.getuid?.() !== 0)(
  'trees of somebody else (needs root, who can make them)',
  { timeout: 60_000 },
  () => {
    test('root patches and reverts: owners and modes stay, and the owner can use and change what was added', async () => {
      const { dir, sdk } = projectOf(owner);
      const before = { tree: tree(dir), owners: owners(dir) };
      expect(await hangup(['apply', '--dir', dir])).toMatchObject({ code: 0 });
      const after = owners(dir);
      expect(after).toMatchObject(before.owners);
      expect(Object.values(after)).toEqual(Object.values(after).map(() => owner));
      expect(statSync(join(sdk, 'hangup')).mode).toBe(statSync(sdk).mode);
      const modes = (files: Record<string, string>) =>
        Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text.split(' ')[0]]));
      expect(modes(tree(dir))).toMatchObject(modes(before.tree));
      expect(await hangup(['verify', '--dir', dir], owner)).toMatchObject({ code: 0 });
      expect(await hangup(['apply', '--revert', '--dir', dir], owner)).toMatchObject({ code: 0 });
      expect(await hangup(['apply', '--dir', dir], owner)).toMatchObject({ code: 0 });
      expect(await hangup(['apply', '--revert', '--dir', dir])).toMatchObject({ code: 0 });
      expect({ tree: tree(dir), owners: owners(dir) }).toEqual(before);
    });

    test("an unprivileged user changes nothing in root's tree, and is told whose it is", async () => {
      const { dir, sdk } = project();
      chmodSync(dir, 0o755);
      for (const args of [['apply'], ['apply', '--revert']]) {
        const before = identities(dir);
        const refused = await hangup([...args, '--json', '--dir', dir], unprivileged());
        expect(refused.code).toBe(1);
        expect(outcomeOf(refused).error).toMatchObject({
          code: 'ERR_PATCH_IO',
          message: expect.stringMatching(/nothing was changed: EACCES.*Make that folder writable.*\(uid 0\)/),
        });
        expect(identities(dir)).toEqual(before);
        expect(await hangup(['apply', '--dir', dir])).toMatchObject({ code: 0 });
        expect(unlike(sdk, newest, 'post')).toEqual([]);
        // There is nothing left to write.
        expect(await hangup(['apply', '--dir', dir], unprivileged())).toMatchObject({ code: 0 });
        expect(await hangup(['verify', '--dir', dir], unprivileged())).toMatchObject({ code: 0 });
      }
    });

    test('a tree that an unprivileged user may not even read: an error, and not "no SDK found"', async () => {
      const { dir } = projectOf(owner);
      const before = identities(dir);
      for (const command of ['apply', 'verify']) {
        const { code, stderr } = await hangup([command, '--dir', dir], unprivileged());
        expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/ERR_PATCH_IO: cannot read/) });
      }
      expect(identities(dir)).toEqual(before);
    });

    test('the owner of a folder can patch the files in it that another user owns', async () => {
      const { dir, sdk } = project();
      for (const path of everything(dir)) if (statSync(path).isDirectory()) lchownSync(path, owner.uid, owner.gid);
      expect(await hangup(['apply', '--dir', dir], owner)).toMatchObject({ code: 0 });
      expect(unlike(sdk, newest, 'post')).toEqual([]);
      expect(applyBelow(dir, { check: true }).ok).toBe(true);
    });
  },
);
