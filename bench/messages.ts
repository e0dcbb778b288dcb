import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { VoiceEvent, VoiceSocket } from '../test/support/sdk.ts';
import { type Result, sides } from './result.ts';
import { root, speech, startBench } from './sdks.ts';
import { estimate, measurePairs, median, type Pair, ratioOf } from './stats.ts';

/** What one process measures; both SDKs live in it, so that luck with memory layout and JIT is shared. */
export interface Job {
  kind: 'receive' | 'generate' | 'heap';
  /** Bytes of audio per message. */
  bytes: number;
  /** Messages per sample, or connections for `heap`. */
  count: number;
  pairs: number;
}

/** Several processes, because the luck of one is a bias that more pairs in it do not average out. */
export async function inProcesses(job: Job, processes: number): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (let index = 0; index < processes; index++) {
    const child: ChildProcess = fork(join(root, 'bench/messages-child.ts'), {
      execArgv: ['--import', 'tsx', '--expose-gc'],
    });
    child.send(job);
    const [measured] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code]) => Promise.reject(new Error(`a measuring process ended with ${code}`))),
    ])) as [Pair[]];
    pairs.push(...measured);
    child.disconnect();
  }
  return pairs;
}

export async function run(job: Job): Promise<Pair[]> {
  const bench = await startBench();
  const pairs = job.kind === 'heap' ? await heap(job) : await cpu(job, job.kind);
  bench.stop();
  return pairs;

  /** µs of CPU time of this process per message, all its threads together. */
  async function cpu({ bytes, count, pairs }: Job, kind: 'receive' | 'generate'): Promise<Pair[]> {
    const behaviour = { chunks: count, chunkBytes: bytes, interval: 0 };
    const sockets = {
      bare: await (await bench.client('bare', behaviour)).connect(),
      patched: await (await bench.client('patched', behaviour)).connect(),
    };
    const measured = await measurePairs(pairs, async (side) => {
      globalThis.gc?.();
      const before = process.cpuUsage();
      const received = await consume(sockets[side], kind);
      const { user, system } = process.cpuUsage(before);
      if (received !== count) throw new Error(`${received} of ${count} chunks arrived`);
      return (user + system) / count;
    });
    for (const ws of Object.values(sockets)) ws.socket.terminate();
    return measured;
  }

  /** Bytes of JavaScript heap per open connection. */
  async function heap({ count, pairs }: Job): Promise<Pair[]> {
    return measurePairs(pairs, async (side) => {
      const connector = await bench.client(side, {});
      globalThis.gc?.();
      const before = process.memoryUsage().heapUsed;
      const sockets = await connector.connectMany(count);
      globalThis.gc?.();
      const used = process.memoryUsage().heapUsed - before;
      await Promise.all(
        sockets.map(({ socket }) => {
          socket.terminate();
          return once(socket, 'close');
        }),
      );
      return used / count;
    });
  }
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

export function cpuResult({ kind, bytes }: Job, pairs: readonly Pair[]): Result {
  return {
    what: `CPU per message, ${kind}(), ${bytes / 1024} KB`,
    value: ratioOf(pairs),
    unit: 'x',
    target: 1.02,
    limit: 1.05,
    detail: sides(median(pairs.map(({ bare }) => bare)), median(pairs.map(({ patched }) => patched)), 'us'),
  };
}

export function heapResult(pairs: readonly Pair[]): Result {
  return {
    what: 'additional heap per connection',
    value: estimate(pairs.map(({ bare, patched }) => patched - bare)),
    unit: 'bytes',
    detail: sides(median(pairs.map(({ bare }) => bare)), median(pairs.map(({ patched }) => patched)), 'bytes'),
  };
}
