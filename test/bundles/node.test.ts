/** Runs the output of a bundler as a process of its own: hangup behaves in there, and assertPatched tells. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Format, stop } from 'esbuild';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type ChildResult, runProgram } from '../children/run-child.ts';
import { startVoiceServer } from '../support/voice-server.ts';
import { type Kind, makeApp, scratch } from './app.ts';

const folder = scratch('node');
/** From here, `ws` is nowhere to be found. */
let outside: string;
const apps = {} as Record<Kind, string>;

beforeAll(() => {
  outside = mkdtempSync(join(tmpdir(), 'hangup-bundles-'));
  for (const kind of ['bare', 'patched'] as const) apps[kind] = makeApp(folder, kind);
});
afterAll(async () => {
  // Its service would outlive this process.
  await stop();
  rmSync(outside, { recursive: true, force: true });
});

interface Bundling {
  format: Extract<Format, 'esm' | 'cjs'>;
  /** Whether `ws` is in the bundle, or in the node_modules of where it runs. */
  ws: 'inside' | 'outside';
}

const bundlings: readonly Bundling[] = [
  { format: 'esm', ws: 'outside' },
  { format: 'cjs', ws: 'outside' },
  { format: 'esm', ws: 'inside' },
  { format: 'cjs', ws: 'inside' },
];

let count = 0;

/** Fails on any warning. */
async function bundle(kind: Kind, program: string, { format, ws }: Bundling): Promise<string> {
  const file = join(ws === 'inside' ? outside : folder, `${++count}.${format === 'esm' ? 'mjs' : 'cjs'}`);
  const { warnings } = await build({
    entryPoints: [join(apps[kind], program)],
    outfile: file,
    bundle: true,
    minify: true,
    format,
    platform: 'node',
    target: 'node20',
    external: ws === 'inside' ? [] : ['ws'],
    logLevel: 'silent',
    // The lines of esbuild's manual for CommonJS packages in an ES module.
    ...(format === 'esm' && {
      banner: {
        js: `import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);`,
      },
    }),
  });
  assert.deepEqual(warnings, []);
  return file;
}

async function play(file: string, ending: 'hang-up' | 'wait', cap = 20_000): Promise<ChildResult> {
  const fault = ending === 'wait' ? ({ kind: 'close', code: 1011 } as const) : ({ kind: 'black-hole' } as const);
  const server = await startVoiceServer({ chunks: Number.POSITIVE_INFINITY, fault, faultAfter: 2 });
  try {
    const env = { VOICE_URL: server.url, NODE_EXTRA_CA_CERTS: server.caFile, ENDING: ending };
    return await runProgram(file, env, { cap });
  } finally {
    await server.close();
  }
}

describe.concurrent.each(bundlings)('esbuild, $format, ws $ws the bundle', (bundling) => {
  for (const program of ['overlaid.mjs', 'overlaid.cjs', 'patched.mjs', 'patched.cjs']) {
    test(`${program} hangs up on a server in a black hole, and exits`, async () => {
      const file = await bundle(program.startsWith('patched') ? 'patched' : 'bare', program, bundling);
      const { ms, ...result } = await play(file, 'hang-up');
      const said = ['ended quietly', 'forced', 'late ERR_DISCONNECTED'];
      assert.deepEqual(result, { code: 0, signal: null, said, stderr: '' });
      assert.ok(ms < 5_000, `${ms} ms`);
    });
  }

  test('the loop of a dropped connection throws', async () => {
    const { code, said } = await play(await bundle('patched', 'patched.mjs', bundling), 'wait');
    assert.deepEqual([code, said[0]], [0, 'ended ERR_STREAM_ENDED']);
  });

  test.each(['patched.mjs', 'patched.cjs'])('assertPatched refuses a bundle of the bare SDK: %s', async (program) => {
    const { code, said, stderr } = await play(await bundle('bare', program, bundling), 'hang-up');
    assert.deepEqual({ code, said }, { code: 1, said: [''] });
    assert.match(stderr, /code: 'ERR_PATCH_MISSING'/);
  });

  test('control: the bare SDK hangs', async () => {
    const { signal } = await play(await bundle('bare', 'bare.mjs', bundling), 'hang-up', 3_000);
    assert.equal(signal, 'SIGKILL');
  });
});

test.each(['esm', 'cjs'] as const)(
  'verify() in a bundle (%s), which has left the files behind, says so',
  async (format) => {
    const file = await bundle('bare', 'verifying.mjs', { format, ws: 'inside' });
    const { code, said } = await runProgram(file, {}, { cap: 20_000 });
    assert.deepEqual([code, said[0]], [0, 'false ERR_PATCH_INSTALL']);
    assert.match(said[1]!, /it is bundled.*Leave "hangup" out of the bundle/);
  },
);
