/** hangup in a browser: what bundlers make of it has no trace of Node, and behaves in a real Chromium. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build as esbuild, stop } from 'esbuild';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { hasChromium, openPage, plainHost } from '../support/chromium.ts';
import { startVoiceServer, type VoiceServer } from '../support/voice-server.ts';
import { type Kind, makeApp, scratch } from './app.ts';

const folder = scratch('browser');
const apps = {} as Record<Kind, string>;

beforeAll(() => {
  for (const kind of ['bare', 'patched'] as const) apps[kind] = makeApp(folder, kind);
});
afterAll(stop);

describe('esbuild for browsers', () => {
  test.each(['hangup', 'hangup/cartesia'])('%s asks for no module of Node', async (specifier) => {
    const { outputFiles, warnings, metafile } = await esbuild({
      stdin: { contents: `export * from '${specifier}';`, resolveDir: apps.bare },
      bundle: true,
      format: 'esm',
      platform: 'browser',
      metafile: true,
      write: false,
      logLevel: 'silent',
    });
    assert.deepEqual(warnings, []);
    assert.deepEqual(
      Object.values(metafile.outputs).flatMap(({ imports }) => imports),
      [],
    );
    assert.doesNotMatch(outputFiles[0]!.text, /\b(?:import|require)\s*\(|^import\b/m);
  });
});

/** As webpack 4, Next.js and others put it into pages: the npm package `process`, in short. */
const shim = `globalThis.process = { title: 'browser', browser: true, env: {}, argv: [], version: '', versions: {}, nextTick: queueMicrotask, emit() {}, cwd: () => '/' };`;

describe.each(['overlaid', 'patched'] as const)('Vite: %s', (kind) => {
  let bundle: string;
  let warnings: string[];
  /** The overlay's option that only Node can honour. */
  const refused = kind === 'overlaid' ? ['ERR_PATCH_WEBSOCKET'] : [];

  beforeAll(async () => {
    ({ code: bundle, warnings } = await viteBuild(kind));
  });

  test('builds without a warning', () => {
    assert.deepEqual(warnings, []);
  });

  for (const shimmed of [false, true]) {
    const where = shimmed ? 'in Chromium, with a shim of process' : 'in Chromium';
    test.skipIf(!hasChromium)(
      `hangs up on a server in a black hole, ${where}`,
      async () => {
        const { said, server } = await play(bundle, 'hang-up', shimmed);
        assert.deepEqual(said, [...refused, 'shutdown', 'ended quietly', 'forced', 'late ERR_DISCONNECTED']);
        assert.equal(server.seen.upgrades, 1);
      },
      120_000,
    );
  }

  test.skipIf(!hasChromium)(
    'makes context ids on a page on plain HTTP, in Chromium',
    async () => {
      const { said } = await play(bundle, 'generate', false, plainHost);
      assert.deepEqual(said, [...refused, 'plain HTTP', 'done']);
    },
    120_000,
  );

  test.skipIf(!hasChromium)(
    'the loop of a dropped connection throws, in Chromium',
    async () => {
      const { said } = await play(bundle, 'wait', false);
      assert.deepEqual(said.slice(0, refused.length + 2), [...refused, 'shutdown', 'ended ERR_STREAM_ENDED']);
    },
    120_000,
  );
});

async function viteBuild(kind: 'overlaid' | 'patched'): Promise<{ code: string; warnings: string[] }> {
  const { build, createLogger } = await import('vite');
  const warnings: string[] = [];
  const logger = createLogger('silent');
  logger.warn =
    logger.warnOnce =
    logger.error =
      (text) => {
        warnings.push(text);
      };
  const root = apps[kind === 'patched' ? 'patched' : 'bare'];
  const input = join(root, `page-${kind}.mjs`);
  const built = await build({
    root,
    configFile: false,
    logLevel: 'silent',
    customLogger: logger,
    build: { write: false, rolldownOptions: { input } },
  });
  const [bundle] = (built as { output: { code: string }[] }).output;
  return { code: bundle!.code, warnings };
}

/** Opens a page with the bundle; what it said is posted back. */
async function play(
  bundle: string,
  ending: 'hang-up' | 'wait' | 'generate',
  shimmed: boolean,
  host = '127.0.0.1',
): Promise<{ said: string[]; server: VoiceServer }> {
  const fault = ending === 'wait' ? ({ kind: 'close', code: 1011 } as const) : ({ kind: 'black-hole' } as const);
  const server = await startVoiceServer(
    ending === 'generate' ? {} : { chunks: Number.POSITIVE_INFINITY, fault, faultAfter: 2 },
  );
  const html = `<!doctype html><script>${shimmed ? shim : ''}</script><script type="module" src="/page.js"></script>`;
  const { site, said } = await serve(html, bundle);
  const { port } = site.address() as AddressInfo;
  const query = new URLSearchParams({ url: server.url, ending });
  const close = await openPage(`http://${host}:${port}/?${query}`, join(folder, `profile-${port}`));
  try {
    const silence = sleep(60_000, undefined, { ref: false }).then(() => assert.fail('the page said nothing'));
    return { said: await Promise.race([said, silence]), server };
  } finally {
    await close();
    site.close();
    await server.close();
  }
}

async function serve(html: string, script: string): Promise<{ site: Server; said: Promise<string[]> }> {
  let resolve: (said: string[]) => void = () => {};
  const said = new Promise<string[]>((fulfil) => {
    resolve = fulfil;
  });
  const site = createServer(async (request, response) => {
    if (request.method === 'POST') {
      let body = '';
      for await (const part of request.setEncoding('utf8')) body += part;
      resolve(JSON.parse(body) as string[]);
      response.end();
    } else if (request.url === '/page.js') response.setHeader('content-type', 'text/javascript').end(script);
    else response.setHeader('content-type', 'text/html').end(html);
  });
  await new Promise<void>((listening) => site.listen(0, '127.0.0.1', listening));
  return { site, said };
}
