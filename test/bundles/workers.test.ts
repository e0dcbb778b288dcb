/** hangup in a Cloudflare Worker: the bundle starts in workerd, and a client is made and ended there. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build, stop } from 'esbuild';
import { afterAll, expect, test } from 'vitest';
import { installOnDemand } from '../support/on-demand.ts';
import { root } from '../support/sdk.ts';
import { type Kind, makeApp, scratch } from './app.ts';

/** Pinned: another release is a change like any other. It holds workerd, of 100 MB. */
const version = '4.20260721.0';
const home = join(root, '.cache', 'miniflare', version);

interface Worker {
  dispatchFetch(url: string): Promise<{ text(): Promise<string> }>;
  dispose(): Promise<void>;
}

const program = (cover: string) => `
  import { Cartesia } from '@cartesia/cartesia-js';
  ${cover && "import { overlay } from 'hangup/cartesia';"}
  export default {
    async fetch() {
      const client = new Cartesia({ apiKey: 'k', baseURL: 'https://127.0.0.1:1', maxRetries: 0 });
      ${cover}
      const pending = client.voices.list().then(() => 'resolved', (error) => error.code ?? error.name);
      const report = await client.disconnect?.(true);
      return new Response([report?.name, await pending].join(' '));
    },
  };`;

const covers: Readonly<Record<Kind, string>> = { bare: 'overlay(client);', patched: '' };

afterAll(stop);

test('a Worker without weak references makes and ends a client', async () => {
  await installOnDemand(home, `miniflare@${version}`);
  const { Miniflare } = createRequire(join(home, 'package.json'))('miniflare') as {
    Miniflare: new (options: object) => Worker;
  };
  for (const kind of ['patched', 'bare'] as const) {
    const { outputFiles } = await build({
      stdin: { contents: program(covers[kind]), resolveDir: makeApp(scratch('workers'), kind) },
      bundle: true,
      format: 'esm',
      platform: 'browser',
      conditions: ['workerd', 'worker', 'browser'],
      write: false,
      logLevel: 'silent',
    });
    const script = outputFiles[0]!.text;
    const worker = new Miniflare({ modules: true, script, compatibilityDate: '2024-09-23' });
    try {
      const response = await worker.dispatchFetch('http://worker.test/');
      expect(await response.text()).toBe('client ERR_DISCONNECTED');
    } finally {
      await worker.dispose();
    }
  }
}, 300_000);
