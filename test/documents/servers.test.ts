/** The servers of docs/frameworks.md run and end as the page says. */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startVoiceServer } from '../support/voice-server.ts';
import { writeSection } from './blocks.ts';
import { compile, serve, start } from './serve.ts';

const entryOf = (heading: string) => writeSection('docs/frameworks.md', heading).files[0]!;

describe.each(['Any server', 'Fastify'])('%s', (heading) => {
  test('ends on SIGTERM in the middle of a response, though the provider answers no close frame', async () => {
    const { voice, child, exit } = await serve(await compile(entryOf(heading)), { onClose: 'ignore' });
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    expect(voice.seen.upgrades).toBe(1);
  }, 30_000);

  test('ends the connection when the caller goes away', async () => {
    const { voice, body } = await serve(await compile(entryOf(heading)));
    await body.cancel();
    await vi.waitFor(() => expect(voice.seen.connections[0]!.ended).toBe(true), 10_000);
  }, 30_000);
});

test('Fastify with onClose in place of preClose waits for the endless response', async () => {
  const entry = entryOf('Fastify');
  writeFileSync(entry, readFileSync(entry, 'utf8').replace("'preClose'", "'onClose'"));
  const { child, exit } = await serve(await compile(entry));
  child.kill('SIGTERM');
  expect(await Promise.race([exit, setTimeout(4_000, 'still running', { ref: false })])).toBe('still running');
}, 30_000);

test('Serverless: a call leaves no connection open', async () => {
  const voice = await startVoiceServer({ chunks: 2 });
  onTestFinished(() => voice.close());
  const file = join(await compile(entryOf('Serverless')), '../call.mjs');
  const call = "console.log((await handler({ text: 'Hello' })).statusCode);";
  writeFileSync(file, `import { handler } from './handler.mjs'; ${call} ${call}`);
  const child = start(file, voice);
  const [[code]] = await Promise.all([once(child, 'exit'), once(child.stdout!, 'data')]);
  expect(code).toBe(0);
  expect(voice.seen.connections.map(({ ended, close }) => [ended, close?.code])).toEqual([
    [true, 1000],
    [true, 1000],
  ]);
}, 30_000);
