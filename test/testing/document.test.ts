/** The tests that docs/testing.md shows pass, in the runners that it names. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, expect, test } from 'vitest';
import { run } from '../support/patching.ts';
import { root } from '../support/sdk.ts';
import { sources, writeExamples } from './examples.ts';

let folder: string;

beforeAll(() => {
  folder = writeExamples('testing');
});

test('Vitest', async () => {
  const alias = Object.entries(sources).map(
    ([find, replacement]) => `{ find: /^${find}$/, replacement: '${replacement}' }`,
  );
  writeFileSync(
    join(folder, 'vitest.config.js'),
    `export default { resolve: { alias: [${alias.map((one) => one.replace('hangup/', 'hangup\\/'))}] } };`,
  );
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const { code, stdout, stderr } = await run(process.execPath, [vitest, 'run', '--reporter=json'], { cwd: folder });
  expect(code, stdout + stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ numPassedTests: 7, numPassedTestSuites: 5 });
}, 60_000);

test('node:test', async () => {
  const outfile = join(folder, 'speak.node.mjs');
  await build({
    entryPoints: [join(folder, 'speak.node.ts')],
    outfile,
    bundle: true,
    alias: sources,
    external: ['@cartesia/*', 'ws'],
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  });
  const { code, stdout } = await run(process.execPath, ['--test', '--test-reporter=tap', outfile], { cwd: folder });
  expect(code, stdout).toBe(0);
  expect(stdout).toMatch(/^# pass 1$/m);
}, 60_000);
