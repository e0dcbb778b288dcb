/** The servers of docs/frameworks.md end on SIGTERM in the middle of a response whose provider answers no close frame. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { listen } from '../support/ports.ts';
import { startVoiceServer, type VoiceServer } from '../support/voice-server.ts';
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

/** Gives a server SIGTERM in the middle of a response. @returns its exit code, or `undefined` if it is still running */
async function terminate(file: string, { within }: { within: number }): Promise<number | null | undefined> {
  const voice = await startVoiceServer({ chunks: Infinity, interval: 20, onClose: 'ignore' });
  onTestFinished(() => voice.close());
  const port = await freePort();
  const child = start(file, voice, { HOST: '127.0.0.1', PORT: String(port) });
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  await once(child.stdout!, 'data');
  const response = await fetch(`http://127.0.0.1:${port}/speak?text=Hello`);
  const body = response.body!.getReader();
  expect((await body.read()).value?.length).toBeGreaterThan(0);
  child.kill('SIGTERM');
  const code = await Promise.race([exit, setTimeout(within, undefined, { ref: false })]);
  await body.cancel().catch(() => {});
  expect(voice.seen.upgrades).toBe(1);
  return code;
}

/** Finds a port for a child process to listen on. */
async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, 'close');
  return port;
}

test.each(['Any server', 'Fastify'])(
  '%s',
  async (heading) => {
    expect(await terminate(await compile(heading), { within: 10_000 })).toBe(0);
  },
  30_000,
);

test('Fastify with onClose in place of preClose waits for the endless response', async () => {
  const file = await compile('Fastify', (text) => text.replace("'preClose'", "'onClose'"));
  expect(await terminate(file, { within: 4_000 })).toBeUndefined();
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
