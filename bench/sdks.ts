import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client, Sdk, VoiceSocket } from '../test/support/sdk.ts';
import type { Behaviour } from '../testing/behaviour.ts';
import type { Pair } from './stats.ts';

export const root = fileURLToPath(new URL('../', import.meta.url));
// The folder of this run is inside the project, so that both copies of the SDK find the same `ws` above them.
process.env.HANGUP_BENCH_RUN ??= String(process.pid);
export const workFolder = join(root, '.cache/bench', process.env.HANGUP_BENCH_RUN);
export const sdkVersion = '4.2.0';

/** hangup as published, compiled for this run. */
export const dist = join(workFolder, 'dist');

export const projectOf = (side: keyof Pair): string => join(workFolder, side);
export const copyOf = (side: keyof Pair, packageName: string): string =>
  join(projectOf(side), 'node_modules', packageName);
export const sdkOf = (side: keyof Pair): string => copyOf(side, '@cartesia/cartesia-js');

/** Set for a control, also in the measuring processes: both sides are as published. */
export const controlVariable = 'HANGUP_BENCH_CONTROL';
export const isControl = (): boolean => process.env[controlVariable] !== undefined;

/** Makes two copies of each SDK. Only the patch of Cartesia differs. */
export async function makeProjects(): Promise<void> {
  const { applyTo } = await import('../scripts/commands/apply.ts');
  for (const side of ['bare', 'patched'] as const) {
    mkdirSync(projectOf(side), { recursive: true });
    for (const [from, to] of [
      [`cartesia-${sdkVersion}`, sdkOf(side)],
      ['openai-7.59.0', copyOf(side, 'openai')],
      ['assemblyai-4.41.5', copyOf(side, 'assemblyai')],
      // The whole of it has 12,000 modules.
      ['elevenlabs-2.73.0/wrapper/realtime', join(copyOf(side, 'elevenlabs'), 'wrapper/realtime')],
      ['google-genai-3.3.0', copyOf(side, '@google/genai')],
      ['deepgram-5.13.0', copyOf(side, '@deepgram/sdk')],
      ['agents-realtime-0.20.0', copyOf(side, '@openai/agents-realtime')],
      ['speechmatics-8.5.1', copyOf(side, '@speechmatics/real-time-client')],
    ] as const) {
      cpSync(join(root, 'node_modules', from), to, {
        recursive: true,
        filter: (path) => /(?<!\.map|\.d\.m?ts)$/.test(path),
      });
    }
  }
  if (!isControl()) applyTo(sdkOf('patched'));
}

export function removeProjects(): void {
  if (existsSync(workFolder)) rmSync(workFolder, { recursive: true, force: true });
}

const require = createRequire(import.meta.url);

export function loadSdk(side: keyof Pair): Sdk {
  return { ...require(sdkOf(side)), ...require(join(sdkOf(side), 'resources/tts/ws.js')) } as Sdk;
}

/** The process of the server, and clients of both copies of the SDK. */
export interface Bench {
  client(side: keyof Pair, behaviour: Behaviour): Promise<Connector>;
  stop(): void;
}

export interface Connector {
  client: Client;
  connect(): Promise<VoiceSocket>;
  connectMany(count: number): Promise<VoiceSocket[]>;
}

export async function startBench(): Promise<Bench> {
  const server: ChildProcess = fork(join(root, 'bench/server.ts'), {
    // The serialization 'advanced' keeps Infinity.
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const sdks = { bare: loadSdk('bare'), patched: loadSdk('patched') };
  return {
    async client(side, behaviour) {
      server.send(behaviour);
      const [{ url, ca }] = (await once(server, 'message')) as [{ url: string; ca: string }];
      const client = new sdks[side].Cartesia({ baseURL: url, apiKey: 'sk_car_bench' });
      const connect = () => client.tts.websocket({ ca });
      return { client, connect, connectMany: (count) => connectMany(count, connect) };
    },
    stop: () => server.disconnect(),
  };
}

/** Opens connections in batches of 50, because a thousand TLS handshakes at once overflow the SYN backlog. */
async function connectMany(count: number, connect: () => Promise<VoiceSocket>): Promise<VoiceSocket[]> {
  const sockets: VoiceSocket[] = [];
  while (sockets.length < count) {
    const batch = Math.min(50, count - sockets.length);
    sockets.push(...(await Promise.all(Array.from({ length: batch }, connect))));
  }
  return sockets;
}

export const speech = {
  model_id: 'sonic-3',
  voice: { mode: 'id', id: 'a-voice' },
  output_format: { container: 'raw', encoding: 'pcm_s16le', sample_rate: 16000 },
} as const;
