import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { VoiceEvent, VoiceSocket } from '../test/support/sdk.ts';
import { type Result, sides } from './result.ts';
import { type Connector, root, speech, startBench } from './sdks.ts';
import { estimate, measurePairs, median, type Pair, ratioOf } from './stats.ts';

/** What one process measures, of one side: two SDKs in one process would share caches, garbage and JIT decisions unequally. */
export interface Job {
  side: keyof Pair;
  quick: boolean;
}

/** By name of the measurement: µs of CPU time per message, or bytes per connection. */
export type Measured = Record<string, number>;

const streams = [
  { name: 'receive(), 1 KB', kind: 'receive', bytes: 1024, messages: 20_000 },
  { name: 'generate(), 1 KB', kind: 'generate', bytes: 1024, messages: 20_000 },
  { name: 'receive(), 64 KB', kind: 'receive', bytes: 65_536, messages: 800 },
  { name: 'generate(), 64 KB', kind: 'generate', bytes: 65_536, messages: 800 },
] as const;

/** CPU per message and heap per connection, each pair in two processes of its own. */
export async function measureMessages(pairs: number, quick: boolean): Promise<Result[]> {
  const measured = await measurePairs(pairs, async (side) => inProcess({ side, quick }));
  const of = (name: string): Pair[] =>
    measured.map(({ bare, patched }) => ({ bare: bare[name]!, patched: patched[name]! }));
  const both = (pairs: Pair[], unit: string) =>
    sides(median(pairs.map(({ bare }) => bare)), median(pairs.map(({ patched }) => patched)), unit);
  const results = streams.map(
    ({ name }): Result => ({
      what: `CPU per message, ${name}`,
      value: ratioOf(of(name)),
      unit: 'x',
      target: 1.02,
      limit: 1.05,
      detail: both(of(name), 'us'),
    }),
  );
  const heap = of('heap');
  const value = estimate(heap.map(({ bare, patched }) => patched - bare));
  return [...results, { what: 'additional heap per connection', value, unit: 'bytes', detail: both(heap, 'bytes') }];
}

async function inProcess(job: Job): Promise<Measured> {
  const child = fork(join(root, 'bench/messages-child.ts'), { execArgv: ['--import', 'tsx', '--expose-gc'] });
  child.send(job);
  const died = once(child, 'exit').then(([code]) =>
    Promise.reject(new Error(`a measuring process ended with ${code}`)),
  );
  const [measured] = (await Promise.race([once(child, 'message'), died])) as [Measured];
  died.catch(() => {});
  child.disconnect();
  await died.catch(() => {});
  return measured;
}

/** In the child. */
export async function run({ side, quick }: Job): Promise<Measured> {
  const bench = await startBench();
  const measured: Measured = { heap: await heapPerConnection(await bench.client(side, {}), quick ? 20 : 200) };
  for (const { name, kind, bytes, messages } of streams) {
    const chunks = quick ? messages / 10 : messages;
    const ws = await (await bench.client(side, { chunks, chunkBytes: bytes, interval: 0 })).connect();
    measured[name] = await cpuPerMessage(ws, kind, chunks, quick ? 2 : 5);
    ws.socket.terminate();
  }
  bench.stop();
  return measured;
}

/** All threads of this process together. The first two streams only warm up. */
async function cpuPerMessage(ws: VoiceSocket, kind: 'receive' | 'generate', chunks: number, samples: number) {
  const values: number[] = [];
  for (let index = -2; index < samples; index++) {
    globalThis.gc?.();
    const before = process.cpuUsage();
    const received = await consume(ws, kind);
    const { user, system } = process.cpuUsage(before);
    if (received !== chunks) throw new Error(`${received} of ${chunks} chunks arrived`);
    if (index >= 0) values.push((user + system) / chunks);
  }
  return median(values);
}

async function consume(ws: VoiceSocket, kind: 'receive' | 'generate'): Promise<number> {
  const context = ws.context(speech);
  let stream: AsyncGenerator<VoiceEvent>;
  if (kind === 'receive') {
    stream = context.receive();
    await context.send({ transcript: 'hello', continue: false });
  } else stream = context.generate({ transcript: 'hello' });
  let chunks = 0;
  for await (const event of stream) if (event.type === 'chunk') chunks++;
  return chunks;
}

/** JavaScript heap only: the buffers of TLS are the same on both sides. */
async function heapPerConnection(connector: Connector, count: number): Promise<number> {
  await connector.connectMany(count).then(terminate);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const sockets = await connector.connectMany(count);
  globalThis.gc?.();
  const used = process.memoryUsage().heapUsed - before;
  await terminate(sockets);
  return used / count;
}

async function terminate(sockets: readonly VoiceSocket[]): Promise<void> {
  const closed = sockets.map(({ socket }) => once(socket, 'close'));
  for (const { socket } of sockets) socket.terminate();
  await Promise.all(closed);
}
