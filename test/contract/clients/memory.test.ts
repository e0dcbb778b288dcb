import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { startHttpServer } from '../../support/http-server.ts';
import { cartesia } from './cartesia.ts';
import type { Caller } from './driver.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

async function heapAfter(requests: number, { calls }: Caller, forget: () => void): Promise<number> {
  const kinds = [calls.bytes, calls.sse, calls.list];
  const lane = async () => {
    for (let n = 0; n < requests / 20; n++) await kinds[n % kinds.length]!();
  };
  await Promise.all(Array.from({ length: 20 }, lane));
  forget();
  for (let round = 0; round < 4; round++) {
    collect();
    // Finalization callbacks run in tasks of their own.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return process.memoryUsage().heapUsed;
}

it('10,000 requests leave nothing behind on a client that lives on', async () => {
  const server = await startHttpServer('well', { plain: true });
  const caller = (await cartesia.load({ version: '4.2.0', delivery: 'overlay', format: 'cjs' }))(server.url);
  const forget = () => {
    server.seen.requests.length = 0;
    server.seen.raw.length = 0;
  };
  await heapAfter(2_000, caller, forget);
  const before = await heapAfter(2_000, caller, forget);
  const after = await heapAfter(6_000, caller, forget);
  const perRequest = (after - before) / 6_000;
  // A request that is kept (its controller, response and dial) takes some kilobytes.
  expect(perRequest).toBeLessThan(400);
  await caller.client.disconnect();
  await server.close();
}, 120_000);
