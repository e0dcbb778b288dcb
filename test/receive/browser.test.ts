/** The queue in a bundle for browsers, where a timer is a number. */
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { root } from '../support/patching.ts';

test('a page has the queue, with its timeouts', async () => {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'receive/index.ts')],
    bundle: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'hangup',
    minify: true,
    write: false,
  });
  const page = {
    performance,
    AbortController,
    // A number of this realm's stands for a timer of Node.
    setTimeout: (call: () => void, ms: number) => Number(setTimeout(call, ms)),
    clearTimeout: (timer: number | undefined) => clearTimeout(timer),
  };
  const program = `${outputFiles[0]!.text}; (async () => {
    const queue = new hangup.ReceiveQueue({ timeout: 20 });
    const first = await queue.receive().catch(({ code }) => code);
    queue.push(1);
    const waiting = queue.receive();
    const turn = await queue.drain({ silence: 20, timeout: 0 }).catch(({ code }) => code);
    queue.push(2);
    const second = queue.drain({ silence: 20 });
    return JSON.stringify([first, await waiting, turn, await second]);
  })()`;
  expect(JSON.parse(await runInNewContext(program, page))).toEqual([
    'ERR_RECEIVE_TIMEOUT',
    1,
    'ERR_RECEIVE_TIMEOUT',
    { items: [2], endedBy: 'silence' },
  ]);
});
