import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { VoiceSocket } from '../test/support/sdk.ts';
import type { Behaviour } from '../testing/behaviour.ts';
import { whileListening } from './listen.ts';
import { type Result, sides } from './result.ts';
import { type Bench, speech } from './sdks.ts';
import { estimate, measurePairs, median, type Pair, ratioOf } from './stats.ts';

type End = (sockets: readonly VoiceSocket[]) => Promise<unknown>;

/** Ends many sockets. For the bare SDK, this is the shortest loop that knows when all of them are closed. */
const ends: Record<'forced' | 'graceful', Record<keyof Pair, End>> = {
  forced: {
    bare: (sockets) => Promise.all(sockets.map((ws) => closed(ws, () => ws.socket.terminate()))),
    patched: (sockets) => Promise.all(sockets.map((ws) => ws.disconnect(true))),
  },
  graceful: {
    bare: (sockets) => Promise.all(sockets.map((ws) => closed(ws, () => ws.close()))),
    patched: (sockets) => Promise.all(sockets.map((ws) => ws.disconnect())),
  },
};

function closed(ws: VoiceSocket, act: () => unknown): Promise<unknown> {
  const event = once(ws.socket, 'close');
  act();
  return event;
}

/**
 * Ends many idle sockets at once. The result is a ratio of patched to bare.
 *
 * @param listens every channel of hangup has a listener meanwhile
 */
export async function measureMany(
  bench: Bench,
  how: keyof typeof ends,
  sockets: number,
  pairs: number,
  listens = false,
): Promise<Result> {
  const measured = await measurePairs(pairs, async (side) => {
    const connector = await bench.client(side, {});
    const open = await connector.connectMany(sockets);
    await quiet();
    const start = performance.now();
    await (listens ? whileListening(() => ends[how][side](open)) : ends[how][side](open));
    return performance.now() - start;
  });
  const of = (side: keyof Pair) => median(measured.map((pair) => pair[side]));
  return {
    what: `${how} disconnect of ${sockets} idle sockets${listens ? ', with listeners on all channels' : ''}`,
    value: ratioOf(measured),
    unit: 'x',
    target: how === 'forced' ? 1.5 : 1.2,
    detail: sides(of('bare'), of('patched'), 'ms'),
  };
}

const situations: Record<string, { behaviour: Behaviour; speaks: boolean }> = {
  idle: { behaviour: {}, speaks: false },
  'mid-stream': { behaviour: { chunks: Number.POSITIVE_INFINITY, interval: 5 }, speaks: true },
  'idle black hole': { behaviour: { onClose: 'ignore' }, speaks: false },
  'black hole mid-stream': {
    behaviour: { chunks: Number.POSITIVE_INFINITY, interval: 5, fault: { kind: 'black-hole' }, faultAfter: 3 },
    speaks: true,
  },
};

/** Ends one socket, in ms. A bare graceful end in a black hole takes 30 s, so it is not measured. */
export async function measureOne(bench: Bench, how: keyof typeof ends, samples: number): Promise<Result[]> {
  const results: Result[] = [];
  for (const [name, { behaviour, speaks }] of Object.entries(situations)) {
    const hole = name.includes('black hole');
    const connectors = {
      bare: await bench.client('bare', behaviour),
      patched: await bench.client('patched', behaviour),
    };
    const measure = async (side: keyof Pair) => {
      const ws = await connectors[side].connect();
      if (speaks) await begin(ws);
      const start = performance.now();
      await ends[how][side]([ws]);
      return performance.now() - start;
    };
    // Ends in a black hole only wait for a limit, so they can wait together. An end of a millisecond is measured alone.
    const patched = hole
      ? await Promise.all(Array.from({ length: samples }, () => measure('patched')))
      : await series(samples, () => measure('patched'));
    const comparable = how === 'forced' || !hole;
    const bare = comparable ? median(await series(samples, () => measure('bare'))) : 30_000;
    results.push({
      what: `${how} disconnect of 1 socket, ${name}`,
      value: estimate(patched),
      unit: 'ms',
      detail: comparable
        ? sides(bare, median(patched), 'ms')
        : `30 s by ws's own limit / ${median(patched).toFixed(0)} ms`,
    });
  }
  return results;
}

/** Speaks, returns after three chunks, and goes on listening. */
async function begin(ws: VoiceSocket): Promise<void> {
  const context = ws.context(speech);
  let chunks = 0;
  const began = new Promise<void>((resolve) => {
    const listen = async () => {
      for await (const event of context.receive()) if (event.type === 'chunk' && ++chunks === 3) resolve();
    };
    listen().catch(() => {});
  });
  await context.push({ transcript: 'hello' });
  await began;
}

async function series(count: number, measure: () => Promise<number>): Promise<number[]> {
  const values: number[] = [];
  await measure();
  for (let index = 0; index < count; index++) values.push(await measure());
  return values;
}

/** Collects young garbage and waits for late packets. Handshakes leave both behind. */
export async function quiet(): Promise<void> {
  globalThis.gc?.({ type: 'minor' });
  await sleep(50);
}
