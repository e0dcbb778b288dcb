import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { findCopies } from '../../scripts/disk/find-copies.ts';
import { name, scratch } from '../support/patching.ts';

function put(directory: string, version = '4.2.0', packageName = name): string {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: packageName, version }));
  return directory;
}

function link(path: string, target: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

const found = (root: string) =>
  findCopies(root, [name]).copies.map(({ directory }) => directory.slice(root.length + 1));

test('npm: direct, nested and aliased copies; a folder of that name with another package in it is none', () => {
  const root = scratch();
  put(join(root, 'node_modules', name));
  put(join(root, 'node_modules/agent/node_modules', name), '3.1.0');
  put(join(root, 'node_modules/@scope/agent/node_modules', name), '3.2.0');
  put(join(root, 'node_modules/tts-old'), '3.5.1');
  put(join(root, 'node_modules/@mine/tts'), '3.4.0');
  put(join(root, 'node_modules/other/node_modules', name), '9.9.9', '@cartesia/cartesia-js-fork');
  put(join(root, 'node_modules/.cache/x/node_modules', name));
  expect(found(root)).toEqual([
    `node_modules/${name}`,
    'node_modules/@mine/tts',
    `node_modules/@scope/agent/node_modules/${name}`,
    `node_modules/agent/node_modules/${name}`,
    'node_modules/tts-old',
  ]);
});

test('workspaces, linked or not', () => {
  const root = scratch();
  put(join(root, 'packages/a/node_modules', name));
  put(join(root, 'packages/deep/b/node_modules', name));
  put(join(root, 'packages/a'), '1.0.0', 'a');
  link(join(root, 'node_modules/a'), '../packages/a');
  // The output of a framework's build.
  put(join(root, '.output/server/node_modules', name));
  put(join(root, '.git/node_modules', name));
  expect(found(root)).toEqual([
    `.output/server/node_modules/${name}`,
    `packages/a/node_modules/${name}`,
    `packages/deep/b/node_modules/${name}`,
  ]);
  expect(found(join(root, 'packages/a/node_modules'))).toEqual([name]);
  expect(found(join(root, 'packages/a/node_modules', name))).toEqual(['']);
});

test.each([
  ['pnpm', '.pnpm/@cartesia+cartesia-js@4.2.0/node_modules/@cartesia/cartesia-js'],
  ['Yarn', '.store/@cartesia-cartesia-js-npm-4.2.0/package'],
  ['Bun', '.bun/@cartesia+cartesia-js@4.2.0/node_modules/@cartesia/cartesia-js'],
])('the store of %s: once, although several links lead there', (_, place) => {
  const root = scratch();
  const real = put(join(root, 'node_modules', place));
  link(join(root, 'node_modules/@cartesia/cartesia-js'), real);
  link(join(root, 'node_modules/tts'), real);
  link(join(root, 'packages/a/node_modules/tts'), real);
  link(join(root, 'node_modules/.pnpm/agent@1.0.0/node_modules/tts'), real);
  expect(found(root)).toEqual([`node_modules/${place}`]);
});

test('a copy that only a package in the store depends on', () => {
  const root = scratch();
  const place = '.pnpm/@cartesia+cartesia-js@4.2.0/node_modules/@cartesia/cartesia-js';
  const real = put(join(root, 'node_modules', place));
  const agent = put(join(root, 'node_modules/.pnpm/agent@1.0.0/node_modules/agent'), '1.0.0', 'agent');
  link(join(root, 'node_modules/.pnpm/agent@1.0.0/node_modules/@cartesia/cartesia-js'), real);
  link(join(root, 'node_modules/agent'), agent);
  expect(found(root)).toEqual([`node_modules/${place}`]);
});

test.each(['.pnpm', '.bun'])(
  'a copy that %s keeps for later, and that nothing refers to, is not installed',
  (store) => {
    const root = scratch();
    put(join(root, 'node_modules', store, '@cartesia+cartesia-js@3.5.1/node_modules/@cartesia/cartesia-js'), '3.5.1');
    const place = `${store}/@cartesia+cartesia-js@4.2.0/node_modules/@cartesia/cartesia-js`;
    link(join(root, 'node_modules', store, 'node_modules/tts'), put(join(root, 'node_modules', place)));
    expect(found(root)).toEqual([`node_modules/${place}`]);
  },
);

test('links out of the tree: a linked package, and a shared store with what lies beside the link', () => {
  const root = scratch();
  const outside = scratch();
  const linked = put(join(outside, 'checkout'));
  link(join(root, 'node_modules/linked'), linked);
  put(join(outside, 'store/agent/1.0.0/node_modules/agent'), '1.0.0', 'agent');
  const beside = put(join(outside, 'store/agent/1.0.0/node_modules', name), '3.1.0');
  link(join(root, 'node_modules/agent'), join(outside, 'store/agent/1.0.0/node_modules/agent'));
  // A project's own node_modules is not a slot of a store.
  put(join(outside, 'project'), '1.0.0', 'project');
  put(join(outside, 'project/node_modules/tool'), '1.0.0', 'tool');
  put(join(outside, 'project/node_modules', name), '3.2.0');
  link(join(root, 'node_modules/tool'), join(outside, 'project/node_modules/tool'));
  const directories = findCopies(root, [name]).copies.map(({ directory }) => directory);
  expect(directories).toEqual([linked, beside].sort());
});

test('cycles and dangling links end the search nowhere', () => {
  const root = scratch();
  put(join(root, 'node_modules', name));
  link(join(root, 'node_modules/self'), '..');
  link(join(root, 'node_modules/agent/node_modules'), '../../node_modules');
  link(join(root, 'node_modules/gone'), './nowhere');
  link(join(root, 'packages/a/up'), '../..');
  expect(found(root)).toEqual([`node_modules/${name}`]);
});

test('a link that leads only to itself cannot be looked behind: an error that names it', () => {
  const root = scratch();
  put(join(root, 'node_modules', name));
  link(join(root, 'node_modules/loop'), 'loop');
  expect(() => findCopies(root, [name])).toThrow(
    expect.objectContaining({
      code: 'ERR_PATCH_IO',
      message: expect.stringContaining(join(root, 'node_modules/loop')),
    }),
  );
});

test('a package.json of the SDK that is not JSON is an error', () => {
  const root = scratch();
  writeFileSync(join(put(join(root, 'node_modules', name)), 'package.json'), `{"name": "${name}"`);
  expect(() => findCopies(root, [name])).toThrow(expect.objectContaining({ code: 'ERR_PATCH_IO' }));
});
