/** The servers of docs/frameworks.md run and end as the page says. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { build } from 'esbuild';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { listen } from '../support/ports.ts';
import { type Behaviour, startVoiceServer, type VoiceServer } from '../support/voice-server.ts';
import { writeSection } from './blocks.ts';

const document = 'docs/frameworks.md';

/** Compiles the file of a section that is started, as an app's build does. */
async function compile(heading: string, change = (text: string) => text): Promise<string> {
  const { files } = writeSection(document, heading);
  const entry = files[0]!;
  writeFileSync(entry, change(readFileSync(entry, 'utf8')));
  const outfile = entry.replace(/ts$/, 'mjs');
  await build({ entryPoints: [entry], outfile, bundle: true, packages: 'external', platform: 'node', format: 'esm' });
  return outfile;
}

function start(file: string, { url, caFile }: VoiceServer, env: Record<string, string> = {}): ChildProcess {
  const provider = { CARTESIA_BASE_URL: url, CARTESIA_API_KEY: 'key', NODE_EXTRA_CA_CERTS: caFile };
  const child = spawn(process.execPath, [file], { env: { ...provider, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Starts a server of the document, and reads the beginning of an endless response. */
async function serve(heading: string, behaviour: Behaviour = {}, change?: (text: string) => string) {
  const voice = await startVoiceServer({ chunks: Infinity, interval: 20, ...behaviour });
  onTestFinished(() => voice.close());
  const port = await freePort();
  const child = start(await compile(heading, change), voice, { HOST: '127.0.0.1', PORT: String(port) });
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  await once(child.stdout!, 'data');
  const response = await fetch(`http://127.0.0.1:${port}/speak?text=Hello`);
  const body = response.body!.getReader();
  expect((await body.read()).value?.length).toBeGreaterThan(0);
  return { voice, child, exit, body };
}

/** Finds a port for a child process to listen on. */
async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, 'close');
  return port;
}

describe.each(['Any server', 'Fastify'])('%s', (heading) => {
  test('ends on SIGTERM in the middle of a response, though the provider answers no close frame', async () => {
    const { voice, child, exit } = await serve(heading, { onClose: 'ignore' });
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
    expect(voice.seen.upgrades).toBe(1);
  }, 30_000);

  test('ends the connection when the caller goes away', async () => {
    const { voice, body } = await serve(heading);
    await body.cancel();
    await vi.waitFor(() => expect(voice.seen.connections[0]!.ended).toBe(true), 10_000);
  }, 30_000);
});

test('Fastify with onClose in place of preClose waits for the endless response', async () => {
  const { child, exit } = await serve('Fastify', {}, (text) => text.replace("'preClose'", "'onClose'"));
  child.kill('SIGTERM');
  expect(await Promise.race([exit, setTimeout(4_000, 'still running', { ref: false })])).toBe('still running');
}, 30_000);

test('Serverless: a call leaves no connection open', async () => {
  const voice = await startVoiceServer({ chunks: 2 });
  onTestFinished(() => voice.close());
  const handler = await compile('Serverless');
  const file = join(handler, '../call.mjs');
  const call = `import { handler } from './handler.mjs'; console.log((await handler({ text: 'Hello' })).statusCode);`;
  writeFileSync(file, `${call} ${call.slice(call.indexOf('console'))}`);
  const child = start(file, voice);
  const [[code]] = await Promise.all([once(child, 'exit'), once(child.stdout!, 'data')]);
  expect(code).toBe(0);
  expect(voice.seen.connections.map(({ ended, close }) => [ended, close?.code])).toEqual([
    [true, 1000],
    [true, 1000],
  ]);
}, 30_000);
