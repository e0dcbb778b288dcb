import { EventEmitter, on } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { ReceiveQueue } from '../receive/index.ts';
import { type Result, sides } from './result.ts';
import { measurePairs, median, type Pair, ratioOf } from './stats.ts';

/** A way from a listener of a socket to a `for await` loop. */
interface Way {
  push(message: object): unknown;
  messages: AsyncIterable<unknown>;
}

const queue = (): Way => {
  const messages = new ReceiveQueue<object>();
  return { push: (message) => messages.push(message), messages };
};

/** The same with a timeout for each message. The peers have none, so this has no target. */
const timed = (): Way => {
  const messages = new ReceiveQueue<object>({ timeout: 10_000 });
  return { push: (message) => messages.push(message), messages };
};

const peers: Record<string, () => Way> = {
  'events.on': () => {
    const emitter = new EventEmitter();
    return { push: (message) => emitter.emit('message', message), messages: on(emitter, 'message') };
  },
  'a ReadableStream': () => {
    let push!: Way['push'];
    const messages = new ReadableStream({
      start: (controller) => {
        push = (message) => controller.enqueue(message);
      },
    });
    return { push, messages: messages as AsyncIterable<unknown> };
  },
};

/** The messages that one read of the socket brings. */
const perRead = 4;

/** How the messages come, and what the loop does meanwhile. */
const arrivals: Record<string, (way: Way, count: number) => Promise<void>> = {
  'all there': async (way, count) => {
    for (let index = 0; index < count; index++) way.push({ index });
    await take(way, count);
  },
  'waited for': async (way, count) => {
    const taken = take(way, count);
    for (let index = 0; index < count; index++) {
      if (index % perRead === 0) await turn();
      way.push({ index });
    }
    await taken;
  },
};

async function take({ messages }: Way, count: number): Promise<void> {
  let taken = 0;
  for await (const _ of messages) if (++taken === count) break;
}

/** Measures the CPU time per message of a `for await` over a `ReceiveQueue`, against the ways that Node has. */
export async function* measureReceive(samples: number, quick: boolean): AsyncGenerator<Result> {
  const count = quick ? 1000 : 20_000;
  for (const [how, arrive] of Object.entries(arrivals)) {
    for (const [peer, make] of Object.entries(peers)) {
      for (const [name, ours] of Object.entries({ ReceiveQueue: queue, 'ReceiveQueue with a timeout': timed })) {
        const measure = async (side: keyof Pair) => {
          const way = (side === 'bare' ? make : ours)();
          globalThis.gc?.({ type: 'minor' });
          const before = process.cpuUsage();
          await arrive(way, count);
          const { user, system } = process.cpuUsage(before);
          return (user + system) / count;
        };
        const pairs = await measurePairs(quick ? samples : 2 * samples, measure);
        yield {
          what: `CPU per message, ${name} against ${peer}, ${how}`,
          value: ratioOf(pairs),
          unit: 'x',
          ...(ours === queue && { target: 1 }),
          detail: sides(median(pairs.map(({ bare }) => bare)), median(pairs.map(({ patched }) => patched)), 'us'),
        };
      }
    }
  }
}
