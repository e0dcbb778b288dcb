import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { build } from 'esbuild';
import { expect, onTestFinished } from 'vitest';
import { listen } from '../support/ports.ts';
import { type Behaviour, startVoiceServer, type VoiceServer } from '../support/voice-server.ts';

/** Compiles a program, as an app's build does. @returns the file to start */
export async function compile(entry: string): Promise<string> {
  const outfile = entry.replace(/ts$/, 'mjs');
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
  });
  return outfile;
}

/** Starts a program as a process that speaks with this provider. */
export function start(file: string, { url, caFile }: VoiceServer, env: Record<string, string> = {}): ChildProcess {
  const provider = { CARTESIA_BASE_URL: url, CARTESIA_API_KEY: 'key', NODE_EXTRA_CA_CERTS: caFile };
  const child = spawn(process.execPath, [file], { env: { ...provider, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/**
 * Starts a server, and reads the beginning of an endless response of its path `/speak`.
 *
 * @returns `exit`: its exit code and signal
 */
export async function serve(file: string, behaviour: Behaviour = {}) {
  const voice = await startVoiceServer({ chunks: Infinity, interval: 20, ...behaviour });
  onTestFinished(() => voice.close());
  const port = await freePort();
  const child = start(file, voice, { HOST: '127.0.0.1', HOSTNAME: '127.0.0.1', PORT: String(port) });
  const exit = once(child, 'exit');
  const body = (await speak(port)).body!.getReader();
  expect((await body.read()).value?.length).toBeGreaterThan(0);
  return { voice, child, exit, body };
}

/** Asks until the server listens. */
async function speak(port: number): Promise<Response> {
  for (let tries = 200; ; tries--) {
    try {
      return await fetch(`http://127.0.0.1:${port}/speak?text=Hello`);
    } catch (error) {
      if (tries === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Finds a port for a child process to listen on. */
async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, 'close');
  return port;
}
