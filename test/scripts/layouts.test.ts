import { linkSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  filesOf,
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

/** The changes to the files and folders that were there before. */
function changed(before: Record<string, string>, dir: string): string[] {
  const after = tree(dir);
  return Object.keys({ ...before, ...after })
    .filter((path) => before[path] !== after[path])
    .sort();
}

const patchedPaths = (version: string) => [...filesOf(version).map(([path]) => path), 'hangup'];
const below = (folder: string, version: string) => patchedPaths(version).map((path) => join(folder, path));

function link(path: string, target: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

function manifest(folder: string, content: object): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify(content));
}

/** Applies and verifies: these copies, which lie below `dir`, are patched, and nothing else changes there. */
async function patches(dir: string, copies: Record<string, string>, project = dir): Promise<void> {
  const before = tree(dir);
  const applied = await hangup(['apply', '--json', '--dir', project]);
  expect(applied).toMatchObject({ code: 0, stderr: '' });
  const found = outcomeOf(applied).copies.map(({ path, version, action }) => [path, version, action]);
  const expected = Object.entries(copies).map(([folder, version]) => [join(dir, folder), version, 'patched']);
  expect(found.sort()).toEqual(expected.sort());
  for (const [folder, version] of Object.entries(copies))
    expect(unlike(join(dir, folder), version, 'post')).toEqual([]);
  const all = Object.entries(copies).flatMap(([folder, version]) => below(folder, version));
  expect(changed(before, dir)).toEqual(all.sort());
  expect(await hangup(['verify', '--dir', project])).toMatchObject({ code: 0 });
  expect(await hangup(['apply', '--revert', '--dir', project])).toMatchObject({ code: 0 });
  expect(tree(dir)).toEqual(before);
}

describe.concurrent('every copy is patched, and no other file is touched', { timeout: 60_000 }, () => {
  test('npm: aliases, and several versions side by side', async () => {
    const dir = scratch();
    const copies = {
      [`node_modules/${name}`]: newest,
      'node_modules/tts-alias': newest,
      'node_modules/@mine/tts-old': '1.0.0',
      'node_modules/tts-2': '2.2.9',
      [`node_modules/agent/node_modules/${name}`]: '3.1.0',
    };
    for (const [folder, version] of Object.entries(copies)) install(join(dir, folder), version);
    // A program and data that happen to have the SDK's files and folder, but not its name.
    install(join(dir, 'node_modules/fork'));
    manifest(join(dir, 'node_modules/fork'), { name: 'fork', version: newest });
    install(join(dir, `fixtures/${name}`));
    await patches(dir, copies);
  });

  test('workspaces of npm and Yarn: hoisted, and in the packages', async () => {
    const dir = scratch();
    manifest(dir, { private: true, workspaces: ['packages/*'] });
    for (const workspace of ['a', 'b']) {
      manifest(join(dir, 'packages', workspace), { name: workspace });
      link(join(dir, 'node_modules', workspace), `../packages/${workspace}`);
    }
    const copies = { [`node_modules/${name}`]: newest, [`packages/b/node_modules/${name}`]: '3.5.1' };
    for (const [folder, version] of Object.entries(copies)) install(join(dir, folder), version);
    await patches(dir, copies);
  });

  test('workspaces of pnpm: the whole of them, from the root and from a package', async () => {
    const dir = scratch();
    manifest(dir, { private: true });
    writeFileSync(join(dir, 'pnpm-workspace.yaml'), "packages:\n  - 'packages/*'\n");
    const slot = (version: string) => `node_modules/.pnpm/@cartesia+cartesia-js@${version}/node_modules/${name}`;
    for (const [workspace, version] of [
      ['a', newest],
      ['b', '3.5.1'],
    ] as const) {
      manifest(join(dir, 'packages', workspace), { name: workspace });
      link(join(dir, 'packages', workspace, 'node_modules', name), install(join(dir, slot(version)), version));
    }
    const copies = { [slot(newest)]: newest, [slot('3.5.1')]: '3.5.1' };
    await patches(dir, copies);
    await patches(dir, copies, join(dir, 'packages/b'));
  });

  test('linked: "file:", npm link, and a workspace that is the SDK', async () => {
    const dir = scratch();
    const app = join(dir, 'app');
    install(join(dir, 'vendor/sdk'), '3.5.1');
    link(join(app, 'node_modules', name), '../../../vendor/sdk');
    // npm link: through a link in the global folder.
    install(join(dir, 'checkout'), '3.1.0');
    link(join(dir, 'global/lib/node_modules/tts'), join(dir, 'checkout'));
    link(join(app, 'node_modules/tts'), join(dir, 'global/lib/node_modules/tts'));
    install(join(app, 'packages/cartesia'));
    link(join(app, 'node_modules/@mine/tts'), '../../packages/cartesia');
    await patches(dir, { 'vendor/sdk': '3.5.1', checkout: '3.1.0', 'app/packages/cartesia': newest }, app);
  });
});

describe('files that are hard links into a store, or into other projects', { timeout: 60_000 }, () => {
  const slot = `.pnpm/@cartesia+cartesia-js@${newest}/node_modules/${name}`;

  test.each([
    ['pnpm, Bun', slot],
    ['Yarn, nmMode hardlinks-global', name],
  ])('%s: the store and the other project keep their files', async (_, place) => {
    const dir = scratch();
    const store = install(join(dir, 'store'));
    const [mine, other] = ['mine', 'other'].map((project) => join(dir, project));
    for (const project of [mine!, other!]) {
      linkAll(store, join(project, 'node_modules', place));
      if (place !== name) link(join(project, 'node_modules', name), join(project, 'node_modules', place));
    }
    const inode = (folder: string, path: string) => statSync(join(folder, path)).ino;
    const before = { store: tree(store), other: tree(other!), links: links(store) };
    const sdk = join(mine!, 'node_modules', place);
    expect(new Set(Object.values(before.links))).toEqual(new Set([3]));
    expect(await hangup(['apply', '--dir', mine!])).toMatchObject({ code: 0 });
    expect(unlike(sdk, newest, 'post')).toEqual([]);
    expect({ store: tree(store), other: tree(other!) }).toEqual({ store: before.store, other: before.other });
    const isPatched = new Set(patchedPaths(newest));
    for (const [path, count] of Object.entries(links(store))) {
      expect([path, count]).toEqual([path, isPatched.has(path) ? 2 : 3]);
      expect(inode(join(other!, 'node_modules', place), path)).toBe(inode(store, path));
      expect(inode(sdk, path) === inode(store, path)).toBe(!isPatched.has(path));
    }
    expect(await hangup(['verify', '--dir', other!])).toMatchObject({ code: 1 });
    expect(await hangup(['apply', '--revert', '--dir', mine!])).toMatchObject({ code: 0 });
    expect({ store: tree(store), other: tree(other!) }).toEqual({ store: before.store, other: before.other });
  });

  test('Yarn, nmMode hardlinks-local: both copies of one project, each by itself', async () => {
    const dir = scratch();
    manifest(dir, { workspaces: ['packages/*'] });
    manifest(join(dir, 'packages/b'), {});
    const first = install(join(dir, 'node_modules', name));
    const second = linkAll(first, join(dir, 'packages/b/node_modules', name));
    expect(await hangup(['apply', '--dir', dir])).toMatchObject({ code: 0 });
    expect([...unlike(first, newest, 'post'), ...unlike(second, newest, 'post')]).toEqual([]);
    for (const [path] of filesOf(newest)) expect(statSync(join(first, path)).nlink, path).toBe(1);
  });

  function linkAll(from: string, to: string): string {
    for (const path of Object.keys(links(from))) {
      mkdirSync(dirname(join(to, path)), { recursive: true });
      linkSync(join(from, path), join(to, path));
    }
    return to;
  }

  /** How many names each file has. */
  function links(folder: string): Record<string, number> {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const paths = files.map((entry) => join(entry.parentPath, entry.name));
    return Object.fromEntries(paths.map((path) => [path.slice(folder.length + 1), statSync(path).nlink]));
  }
});

describe("pnpm's global virtual store, whose folders several projects use as they are", () => {
  function project() {
    const dir = scratch();
    const slot = join(dir, `store/v11/links/${name}/${newest}/ea4242`);
    const sdk = install(join(slot, 'node_modules', name));
    const app = join(dir, 'app');
    manifest(app, { name: 'app' });
    link(join(app, 'node_modules', name), sdk);
    return { dir, sdk, app };
  }

  test('apply refuses and says what to do instead; --dir names the store on purpose', async () => {
    const { dir, sdk, app } = project();
    const own = install(join(app, 'node_modules/tts-old'), '3.1.0');
    const before = identities(dir);
    const refused = await hangup(['apply', '--json', '--dir', app]);
    expect(refused.code).toBe(1);
    expect(outcomeOf(refused)).toMatchObject({
      error: { code: 'ERR_PATCH_SHARED', message: expect.stringMatching(/Nothing was changed.*"npx hangup init"/) },
      copies: [
        { path: own, action: 'skipped' },
        { path: sdk, action: 'skipped' },
      ],
    });
    expect(identities(dir)).toEqual(before);
    for (const command of [['verify'], ['apply', '--check']]) {
      const told = await hangup([...command, '--dir', app]);
      expect(told).toMatchObject({ code: 1, stderr: expect.stringMatching(/ERR_PATCH_SHARED.*"npx hangup init"/) });
    }
    expect(await hangup(['apply', '--dir', sdk])).toMatchObject({ code: 0 });
    // As after an install with pnpm's patchedDependencies.
    expect(await hangup(['apply', '--dir', app])).toMatchObject({ code: 0 });
    expect(await hangup(['verify', '--dir', app])).toMatchObject({ code: 0 });
    const reverted = await hangup(['apply', '--revert', '--dir', app]);
    expect(reverted).toMatchObject({ code: 1, stderr: expect.stringContaining('"npx hangup init --remove"') });
    expect(unlike(sdk, newest, 'post')).toEqual([]);
  });

  test('a node_modules folder that is a link as a whole belongs to the project', async () => {
    const dir = scratch();
    const sdk = install(join(dir, 'deps/node_modules', name));
    link(join(dir, 'app/node_modules'), join(dir, 'deps/node_modules'));
    expect(await hangup(['apply', '--dir', join(dir, 'app')])).toMatchObject({ code: 0 });
    expect(unlike(sdk, newest, 'post')).toEqual([]);
  });
});

test('each way to refuse has an exit code and words of its own', async () => {
  const file = 'internal/lib/tts/ws.js';
  const refusals: [code: number, words: string, damage: (sdk: string) => void][] = [
    [4, 'has CRLF line ends', (sdk) => rewrite(join(sdk, file), (text) => text.replaceAll('\n', '\r\n'))],
    [
      4,
      'is neither the published file nor',
      (sdk) => rewrite(join(sdk, file), (text) => text.replace('close', 'Close')),
    ],
    [
      3,
      'which has no patch',
      (sdk) => rewrite(join(sdk, 'package.json'), (text) => text.replace(`"${newest}"`, '"9.9.9"')),
    ],
    [5, 'it is not installed there', (sdk) => manifest(sdk, { name: 'other' })],
  ];
  function rewrite(path: string, change: (text: string) => string): void {
    writeFileSync(path, change(readFileSync(path, 'utf8')));
  }
  for (const [code, words, damage] of refusals) {
    const dir = scratch();
    damage(install(join(dir, 'node_modules', name)));
    const before = identities(dir);
    const refused = await hangup(['apply', '--dir', dir]);
    expect({ code: refused.code, stderr: refused.stderr }).toEqual({ code, stderr: expect.stringContaining(words) });
    for (const [, others] of refusals) if (others !== words) expect(refused.stderr).not.toContain(others);
    expect(identities(dir)).toEqual(before);
  }
});
