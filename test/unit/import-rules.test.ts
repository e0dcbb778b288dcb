/** Every rule of the imports fires on a file that breaks it, and on no other. */
import { describe, expect, test } from 'vitest';
import { checkImports, importsOf, rules } from '../../tools/import-rules.ts';

/** A small house in order. Each entry: what the file imports. */
const house: Record<string, readonly string[]> = {
  'core/ladder.ts': ['./errors.ts'],
  'core/errors.ts': [],
  'overlays/version.ts': [],
  'overlays/overlay.ts': ['../core/ladder.ts'],
  'overlays/sdks.ts': ['./voice/sdk.ts'],
  'overlays/stainless/requests.ts': ['../overlay.ts'],
  'overlays/voice/index.ts': ['../overlay.ts', './sdk.ts'],
  'overlays/voice/sdk.ts': ['../stainless/requests.ts'],
  'overlays/music/index.ts': ['../overlay.ts'],
  'patching/manifest.ts': ['node:path', '../core/errors.ts'],
  'pipecat/index.ts': ['pbf', 'alawmulaw', '../core/errors.ts', '../overlays/overlay.ts', '../receive/queue.ts'],
  'receive/queue.ts': ['../core/errors.ts'],
  'register/index.ts': ['node:module', '../patching/manifest.ts', '../core/errors.ts'],
  'scripts/cli.ts': ['node:fs', 'semver', '../overlays/sdks.ts', '../register/index.ts', '../patching/manifest.ts'],
  'testing/index.ts': ['node:net', 'ws', '../overlays/foreign/globals.ts'],
  'overlays/foreign/globals.ts': [],
  'tools/regen.ts': ['esbuild', '../overlays/sdks.ts', '../scripts/cli.ts', '../patching/manifest.ts'],
};

/** The findings in that house with some more imports. */
function findings(more: Record<string, readonly string[]> = {}): string[] {
  const sources = new Map(
    Object.entries({ ...house, ...more }).map(([file, imports]) => {
      const all = [...(house[file] ?? []), ...(more[file] ?? [])];
      return [file, [...new Set([...all, ...imports])].map((to) => `import { x } from '${to}';\n`).join('')];
    }),
  );
  return checkImports(sources).map(({ file, line, reason }) => `${file}:${line} ${reason}`);
}

test('a house in order has no findings', () => {
  expect(findings()).toEqual([]);
});

describe('arrows that must not exist', () => {
  test.each([
    ['core/errors.ts', '../overlays/version.ts', 'core/'],
    ['core/errors.ts', 'node:fs', 'core/'],
    ['core/errors.ts', 'ws', 'core/'],
    ['core/errors.ts', '../tools/regen.ts', 'the product'],
    ['overlays/voice/sdk.ts', '../../patching/manifest.ts', 'overlays/'],
    ['overlays/voice/sdk.ts', '../../register/index.ts', 'overlays/'],
    ['overlays/overlay.ts', '../scripts/cli.ts', 'overlays/'],
    ['overlays/overlay.ts', '../tools/regen.ts', 'the product'],
    ['overlays/overlay.ts', './music/index.ts', 'an SDK'],
    ['overlays/stainless/requests.ts', '../music/index.ts', 'an SDK'],
    ['overlays/voice/sdk.ts', '../music/index.ts', 'an SDK'],
    ['patching/manifest.ts', '../overlays/version.ts', 'patching/'],
    ['patching/manifest.ts', '../overlays/music/index.ts', 'patching/'],
    ['patching/manifest.ts', '../test/support.ts', 'the product'],
    ['pipecat/index.ts', '../overlays/music/index.ts', 'pipecat/'],
    ['pipecat/index.ts', '../patching/manifest.ts', 'pipecat/'],
    ['pipecat/index.ts', '../testing/index.ts', 'pipecat/'],
    ['pipecat/index.ts', 'ws', 'pipecat/'],
    ['overlays/overlay.ts', '../pipecat/index.ts', 'overlays/'],
    ['receive/queue.ts', '../pipecat/index.ts', 'receive/'],
    ['receive/queue.ts', '../overlays/overlay.ts', 'receive/'],
    ['receive/queue.ts', 'node:events', 'receive/'],
    ['register/index.ts', '../overlays/overlay.ts', 'the load hook'],
    ['register/index.ts', '../overlays/music/index.ts', 'the load hook'],
    ['scripts/cli.ts', '../overlays/voice/sdk.ts', 'the folder of an SDK'],
    ['scripts/cli.ts', '../tools/regen.ts', 'the product'],
    ['scripts/cli.ts', '../test/support.ts', 'the product'],
    ['testing/index.ts', '../overlays/overlay.ts', 'testing/'],
    ['testing/index.ts', '../core/errors.ts', 'testing/'],
    ['testing/index.ts', '../scripts/cli.ts', 'testing/'],
    ['testing/index.ts', '../test/support.ts', 'the product'],
    ['testing/index.ts', 'vitest', 'testing/'],
    ['testing/index.ts', 'wsx', 'testing/'],
    ['scripts/cli.ts', '../testing/index.ts', 'the commands'],
    ['tools/regen.ts', '../overlays/voice/index.ts', 'the folder of an SDK'],
  ])('%s -> %s', (from, to, rule) => {
    const found = findings({ [from]: [to] });
    const line = house[from]!.length + 1;
    expect(found.filter((one) => !one.includes('circle'))).toEqual([
      expect.stringMatching(new RegExp(`^${from}:${line} imports \\S+: ${rule} `)),
    ]);
  });

  test('every rule has its reason', () => {
    expect(new Set(rules.map(({ reason }) => reason)).size).toBe(rules.length);
  });
});

describe('circles', () => {
  test('of two files, of three, and of one', () => {
    expect(findings({ 'core/errors.ts': ['./ladder.ts'] })).toEqual([
      'core/errors.ts:1 is in a circle: core/ladder.ts -> core/errors.ts -> core/ladder.ts',
    ]);
    expect(findings({ 'scripts/b.ts': ['./c.ts'], 'scripts/c.ts': ['./d.ts'], 'scripts/d.ts': ['./b.ts'] })).toEqual([
      'scripts/d.ts:1 is in a circle: scripts/b.ts -> scripts/c.ts -> scripts/d.ts -> scripts/b.ts',
    ]);
    expect(findings({ 'patching/a.ts': ['./a.ts'] })).toEqual([
      'patching/a.ts:1 is in a circle: patching/a.ts -> patching/a.ts',
    ]);
  });

  test('two ways to one file are none', () => {
    expect(findings({ 'scripts/b.ts': ['./c.ts', './d.ts'], 'scripts/c.ts': ['./d.ts'], 'scripts/d.ts': [] })).toEqual(
      [],
    );
  });
});

test('imports of every form are seen, with their lines', () => {
  const text = `import './a.ts';
import type { B } from "./b.ts";
import {
  c,
} from '../c.ts';
export { d } from './d.ts';
export * from 'e';
export const name = 'no import';
// From './comment.ts' nothing is imported.
type G = import('./g.ts').G;
const h = await import('./h.ts');
`;
  expect(importsOf('scripts/print/x.ts', text).map(({ to, line }) => [to, line])).toEqual([
    ['scripts/print/a.ts', 1],
    ['scripts/print/b.ts', 2],
    ['scripts/c.ts', 3],
    ['scripts/print/d.ts', 6],
    ['node_modules/e', 7],
    ['scripts/print/g.ts', 10],
    ['scripts/print/h.ts', 11],
  ]);
});
