import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { VoiceSocket } from '../test/support/sdk.ts';
import { whileListening } from './listen.ts';
import {
  agentsReader,
  contextReader,
  liveReader,
  type MakeReader,
  type Reader,
  recognizerReader,
  sessionReader,
  streamingReader,
  transcriberReader,
  transcriptionReader,
} from './readers.ts';
import { type Result, sides } from './result.ts';
import { type Connector, root, startBench } from './sdks.ts';
import { estimate, measurePairs, median, type Pair } from './stats.ts';

/** The task of one process: the heap of one side, or the CPU time of both sides in turn. */
export type Job = { heapOf: keyof Pair; connections: number } | { sdk: string; first: keyof Pair; pairs: number };

/** For each stream, by name: the medians of the CPU time per message in µs, and of the ratio patched / bare within pairs. */
export type Measured = Record<string, Pair & { ratio: number }>;

interface StreamOfMessages {
  sdk: string;
  name: string;
  by: MakeReader;
  bytes: number;
  messages: number;
  listens?: boolean;
}

const receive = contextReader('receive');
const generate = contextReader('generate');
const streams: readonly StreamOfMessages[] = [
  { sdk: 'cartesia', name: 'receive(), 1 KB', by: receive, bytes: 1024, messages: 2000 },
  { sdk: 'cartesia', name: 'generate(), 1 KB', by: generate, bytes: 1024, messages: 2000 },
  { sdk: 'cartesia', name: 'receive(), 64 KB', by: receive, bytes: 65_536, messages: 80 },
  { sdk: 'cartesia', name: 'generate(), 64 KB', by: generate, bytes: 65_536, messages: 80 },
  {
    sdk: 'cartesia',
    name: 'receive(), 1 KB, with listeners on all channels',
    by: receive,
    bytes: 1024,
    messages: 2000,
    listens: true,
  },
  { sdk: 'openai', name: 'OpenAI, 1 KB', by: sessionReader, bytes: 1024, messages: 2000 },
  { sdk: 'assemblyai', name: 'AssemblyAI, 1 KB', by: transcriberReader, bytes: 1024, messages: 2000 },
  { sdk: 'elevenlabs', name: 'ElevenLabs, 1 KB', by: transcriptionReader, bytes: 1024, messages: 2000 },
  { sdk: 'google-genai', name: 'Google GenAI, 1 KB', by: liveReader, bytes: 1024, messages: 2000 },
  { sdk: 'deepgram', name: 'Deepgram, 1 KB', by: streamingReader, bytes: 1024, messages: 2000 },
  { sdk: 'agents-realtime', name: 'OpenAI Agents, 1 KB', by: agentsReader, bytes: 1024, messages: 2000 },
  { sdk: 'speechmatics', name: 'Speechmatics, 1 KB', by: recognizerReader, bytes: 1024, messages: 2000 },
];

/**
 * Measures the CPU time per message without TLS and the kernel, which cost the same on both sides and make most of the noise.
 * Each process measures both sides of one SDK, because the JIT compiler decides differently from one process to the next, and
 * because an app has one SDK. The side that is loaded second costs a little more, so the sides take turns in an even number of
 * processes.
 */
export async function* measureMessages(processes: number, quick: boolean): AsyncGenerator<Result> {
  for (const sdk of new Set(streams.map((stream) => stream.sdk))) {
    const measured: Measured[] = [];
    while (measured.length < processes + (processes % 2)) {
      const first = measured.length % 2 === 0 ? 'bare' : 'patched';
      measured.push(await inProcess<Measured>({ sdk, first, pairs: quick ? 2 : 60 }));
    }
    for (const { name } of streamsOf(sdk)) yield resultOf(name, measured);
  }
}

const streamsOf = (sdk: string) => streams.filter((stream) => stream.sdk === sdk);

function resultOf(name: string, measured: readonly Measured[]): Result {
  const of = (figure: keyof Measured[string]) => measured.map((one) => one[name]![figure]);
  return {
    what: `CPU per message, ${name}`,
    value: estimate(of('ratio')),
    unit: 'x',
    target: 1.02,
    limit: 1.05,
    detail: sides(median(of('bare')), median(of('patched')), 'us'),
  };
}

/** Measures the heap in one process for each side, because two SDKs in one process share caches and garbage unequally. */
export async function measureHeap(pairs: number, quick: boolean): Promise<Result> {
  const measured = await measurePairs(pairs, (side) =>
    inProcess<number>({ heapOf: side, connections: quick ? 20 : 200 }),
  );
  const of = (side: keyof Pair) => median(measured.map((pair) => pair[side]));
  return {
    what: 'additional heap per connection',
    value: estimate(measured.map(({ bare, patched }) => patched - bare)),
    unit: 'bytes',
    detail: sides(of('bare'), of('patched'), 'bytes'),
  };
}

async function inProcess<T>(job: Job): Promise<T> {
  const child = fork(join(root, 'bench/messages-child.ts'), { execArgv: ['--import', 'tsx', '--expose-gc'] });
  child.send(job);
  const died = once(child, 'exit').then(([code]) =>
    Promise.reject(new Error(`a measuring process ended with ${code}`)),
  );
  const [measured] = (await Promise.race([once(child, 'message'), died])) as [T];
  died.catch(() => {});
  child.disconnect();
  await died.catch(() => {});
  return measured;
}

/** Runs in the child process. */
export async function run(job: Job): Promise<number | Measured> {
  if ('pairs' in job) return cpuPerMessage(job);
  const bench = await startBench();
  const heap = await heapPerConnection(await bench.client(job.heapOf, {}), job.connections);
  bench.stop();
  return heap;
}

/** The number of first pairs that are not counted. After them, the JIT compiler has done most of its work. */
const warmUp = 20;

async function cpuPerMessage({ sdk, first, pairs }: Extract<Job, { sdk: string }>): Promise<Measured> {
  const order = first === 'bare' ? (['bare', 'patched'] as const) : (['patched', 'bare'] as const);
  const made = new Map<MakeReader, Record<keyof Pair, Reader>>();
  const measured: Measured = {};
  for (const { name, by, bytes, messages, listens } of streamsOf(sdk)) {
    const readers = made.get(by) ?? (await bothOf(by, order));
    made.set(by, readers);
    const measure = async (side: keyof Pair) => {
      const reader = readers[side];
      reader.play(messages, bytes);
      const time = () => cpuTime(() => readAll(reader, messages));
      return (await (listens ? whileListening(time) : time())) / messages;
    };
    await measure(first);
    const all = await measurePairs(warmUp + pairs, measure);
    const values = all.slice(warmUp);
    measured[name] = {
      bare: median(values.map(({ bare }) => bare)),
      patched: median(values.map(({ patched }) => patched)),
      ratio: median(values.map(({ bare, patched }) => patched / bare)),
    };
  }
  for (const readers of made.values()) for (const { socket } of Object.values(readers)) socket.terminate();
  return measured;
}

async function bothOf(by: MakeReader, order: readonly (keyof Pair)[]): Promise<Record<keyof Pair, Reader>> {
  const readers = {} as Record<keyof Pair, Reader>;
  for (const side of order) readers[side] = await by(side);
  return readers;
}

/** Returns µs, of all threads of this process together. */
async function cpuTime(action: () => Promise<void>): Promise<number> {
  // Clears the garbage of the other side first, so that this side does not pay for it.
  globalThis.gc?.({ type: 'minor' });
  const before = process.cpuUsage();
  await action();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

async function readAll(reader: Reader, messages: number): Promise<void> {
  const arrived = await reader.read();
  if (arrived !== messages) throw new Error(`${arrived} of ${messages} messages arrived`);
}

/** Counts the JavaScript heap only. The buffers of TLS are the same on both sides. */
async function heapPerConnection(connector: Connector, count: number): Promise<number> {
  // The first ones make all that is made once: code of the JIT compiler, shapes of objects, sessions of TLS.
  const first = await connector.connectMany(count);
  const before = await heapUsed();
  const second = await connector.connectMany(count);
  const used = (await heapUsed()) - before;
  await terminate([...first, ...second]);
  return used / count;
}

/** A weak reference that was looked at in this turn keeps its object until the next one, so one collection is not enough. */
async function heapUsed(): Promise<number> {
  for (let turn = 0; turn < 4; turn++) {
    globalThis.gc?.();
    await sleep(20);
  }
  return process.memoryUsage().heapUsed;
}

async function terminate(sockets: readonly VoiceSocket[]): Promise<void> {
  const closed = sockets.map(({ socket }) => once(socket, 'close'));
  for (const { socket } of sockets) socket.terminate();
  await Promise.all(closed);
}
