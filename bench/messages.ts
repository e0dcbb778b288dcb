import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { VoiceEvent, VoiceSocket } from '../test/support/sdk.ts';
import { Feed, frame } from './feed.ts';
import { whileListening } from './listen.ts';
import { type Result, sides } from './result.ts';
import { type Connector, loadSdk, root, speech, startBench } from './sdks.ts';
import { estimate, measurePairs, median, type Pair } from './stats.ts';

/** The task of one process: the heap of one side, or the CPU time of both sides in turn. */
export type Job = { heapOf: keyof Pair; connections: number } | { first: keyof Pair; pairs: number };

/** For each stream, by name: the medians of the CPU time per message in µs, and of the ratio patched / bare within pairs. */
export type Measured = Record<string, Pair & { ratio: number }>;

const streams = [
  { name: 'receive(), 1 KB', kind: 'receive', bytes: 1024, messages: 2000 },
  { name: 'generate(), 1 KB', kind: 'generate', bytes: 1024, messages: 2000 },
  { name: 'receive(), 64 KB', kind: 'receive', bytes: 65_536, messages: 80 },
  { name: 'generate(), 64 KB', kind: 'generate', bytes: 65_536, messages: 80 },
  {
    name: 'receive(), 1 KB, with listeners on all channels',
    kind: 'receive',
    bytes: 1024,
    messages: 2000,
    listens: true,
  },
] satisfies { name: string; kind: 'receive' | 'generate'; bytes: number; messages: number; listens?: boolean }[];

/**
 * Measures the CPU time per message without TLS and the kernel, which cost the same on both sides and make most of the noise.
 * Each process measures both sides, because the JIT compiler decides differently from one process to the next. The SDK that
 * is loaded second costs a little more, so the sides take turns in an even number of processes.
 */
export async function measureMessages(processes: number, quick: boolean): Promise<Result[]> {
  const measured: Measured[] = [];
  while (measured.length < processes + (processes % 2)) {
    const first = measured.length % 2 === 0 ? 'bare' : 'patched';
    measured.push(await inProcess<Measured>({ first, pairs: quick ? 2 : 60 }));
  }
  return streams.map(({ name }) => {
    const of = (figure: keyof Measured[string]) => measured.map((one) => one[name]![figure]);
    return {
      what: `CPU per message, ${name}`,
      value: estimate(of('ratio')),
      unit: 'x',
      target: 1.02,
      limit: 1.05,
      detail: sides(median(of('bare')), median(of('patched')), 'us'),
    };
  });
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
  if ('pairs' in job) return cpuPerMessage(job.first, job.pairs);
  const bench = await startBench();
  const heap = await heapPerConnection(await bench.client(job.heapOf, {}), job.connections);
  bench.stop();
  return heap;
}

/** The number of first pairs that are not counted. After them, the JIT compiler has done most of its work. */
const warmUp = 20;

async function cpuPerMessage(first: keyof Pair, pairs: number): Promise<Measured> {
  const connected = {} as Record<keyof Pair, Awaited<ReturnType<typeof connect>>>;
  for (const side of first === 'bare' ? (['bare', 'patched'] as const) : (['patched', 'bare'] as const)) {
    connected[side] = await connect(side);
  }
  const measured: Measured = {};
  for (const { name, kind, bytes, messages, listens } of streams) {
    const stream = streamOf(messages, bytes);
    const measure = async (side: keyof Pair) => {
      const { ws, feed } = connected[side];
      feed.play(stream);
      const time = () => cpuTime(() => consume(ws, kind, messages));
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
  for (const { ws } of Object.values(connected)) ws.socket.terminate();
  return measured;
}

async function connect(side: keyof Pair): Promise<{ ws: VoiceSocket; feed: Feed }> {
  const { Cartesia } = loadSdk(side);
  const feed = new Feed();
  const client = new Cartesia({ baseURL: 'https://localhost', apiKey: 'sk_car_bench' });
  return { ws: await client.tts.websocket({ createConnection: () => feed }), feed };
}

const contextId = 'bench';

function streamOf(messages: number, bytes: number): Buffer {
  const chunk = frame({ type: 'chunk', context_id: contextId, data: Buffer.alloc(bytes, 7).toString('base64') });
  const done = frame({ type: 'done', context_id: contextId, done: true });
  return Buffer.concat([...Array.from({ length: messages }, () => chunk), done]);
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

async function consume(ws: VoiceSocket, kind: 'receive' | 'generate', messages: number): Promise<void> {
  const context = ws.context({ ...speech, contextId });
  let stream: AsyncGenerator<VoiceEvent>;
  if (kind === 'receive') {
    stream = context.receive();
    await context.send({ transcript: 'hello', continue: false });
  } else stream = context.generate({ transcript: 'hello' });
  let chunks = 0;
  for await (const event of stream) if (event.type === 'chunk') chunks++;
  if (chunks !== messages) throw new Error(`${chunks} of ${messages} chunks arrived`);
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
