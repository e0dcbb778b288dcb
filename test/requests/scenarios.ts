import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../support/http-server.ts';
import type { RequestStage } from './stage.ts';

export interface Scenario {
  name: string;
  /** What the bare SDK does: the negative control. */
  bare: 'passes' | { fails: string };
  /** Only of clients that look at the status of a response. */
  readsStatus?: true;
  run(stage: RequestStage): Promise<void>;
}

const hangs = { fails: 'the call never settles' };
const kinds = ['bytes', 'sse', 'list'] as const;

const faults: readonly [name: string, answer: Answer][] = [
  ['no response headers', 'no-headers'],
  ['a stalled body', 'stalled-body'],
  ['an endless body', 'endless-body'],
  ['a connection that is never answered', 'silence'],
];

/** Rows o of the findings: each kind of request in each kind of trouble, and the end of the client. */
const ending: Scenario[] = faults.flatMap(([name, answer]) =>
  kinds.map((kind) => ({
    name: `${kind}, ${name}: disconnect(true) ends it with the reason`,
    bare: hangs,
    async run(stage) {
      const { client, calls } = await stage.serve(answer);
      const call = stage.follow(calls[kind]());
      await stage.underWay();
      const report = await stage.hangUp(client, true);
      assert.deepEqual(report?.abandoned, []);
      await stage.endsAsDisconnected(call);
      await stage.until(() => stage.server.seen.open === 0, 'the server to see the end');
      await stage.settle();
      assert.ok(stage.server.seen.connections <= 1, 'nothing is dialled again');
    },
  })),
);

const others: Scenario[] = [
  {
    name: 'disconnect() ends what is in flight within its budget',
    bare: hangs,
    async run(stage) {
      const { client, calls } = await stage.serve('endless-body');
      const all = kinds.map((kind) => stage.follow(calls[kind]()));
      await stage.until(() => stage.server.seen.requests.length === 3, 'the requests to arrive');
      const report = await stage.hangUp(client);
      for (const call of all) await stage.endsAsDisconnected(call);
      assert.ok(report!.durationMs < 2_500, `${report?.durationMs} ms`);
    },
  },
  {
    name: 'disconnect() in the tick of the request: it ends, and nothing is dialled',
    bare: hangs,
    async run(stage) {
      const { client, calls } = await stage.serve('no-headers');
      const all = kinds.map((kind) => stage.follow(calls[kind]()));
      await stage.hangUp(client, true);
      for (const call of all) await stage.endsAsDisconnected(call);
      await stage.settle();
      assert.equal(stage.server.seen.requests.length, 0);
    },
  },
  {
    name: 'requests after the end reject, and dial nothing',
    bare: { fails: 'they go through' },
    async run(stage) {
      const { client, calls } = await stage.serve('well');
      await stage.hangUp(client);
      for (const kind of kinds) await stage.endsAsDisconnected(stage.follow(calls[kind]()));
      await stage.settle();
      assert.equal(stage.server.seen.connections, 0);
    },
  },
  {
    name: 'a request that nobody waits for may end unnoticed',
    bare: { fails: 'it is not ended' },
    async run(stage) {
      const { client, calls } = await stage.serve('no-headers');
      void calls.list().catch(() => {});
      await stage.underWay();
      await stage.hangUp(client, true);
      await stage.until(() => stage.server.seen.open === 0, 'the server to see the end');
    },
  },
  {
    name: 'a back-off ends at once, and no retry follows',
    bare: hangs,
    readsStatus: true,
    async run(stage) {
      const { client, calls } = await stage.serve('retry-later', { maxRetries: 2 });
      const call = stage.follow(calls.bytes());
      await stage.underWay();
      await sleep(30);
      await stage.hangUp(client, true);
      await stage.endsAsDisconnected(call);
      await stage.settle();
      assert.equal(stage.server.seen.requests.length, 1);
    },
  },
  {
    name: 'another client and its requests go on',
    bare: 'passes',
    async run(stage) {
      const { client } = await stage.serve('well');
      const other = stage.another();
      const before = stage.follow(other.calls.list());
      await stage.hangUp(client, true);
      assert.equal(await stage.within(before, 'the request'), undefined);
      for (const kind of kinds) assert.equal(await stage.within(stage.follow(other.calls[kind]()), kind), undefined);
    },
  },
  {
    name: 'well-answered requests go through as before',
    bare: 'passes',
    async run(stage) {
      const { calls } = await stage.serve('well');
      for (const kind of kinds) assert.equal(await stage.within(stage.follow(calls[kind]()), kind), undefined);
      assert.equal(stage.server.seen.requests.length, 3);
      assert.ok(!stage.server.seen.raw.join().includes('hangup'));
    },
  },
  {
    name: 'the end of a request that failed by itself stays what it was',
    bare: 'passes',
    readsStatus: true,
    async run(stage) {
      const { calls } = await stage.serve('error', { maxRetries: 0 });
      const error = await stage.within(stage.follow(calls.list()), 'the failure');
      assert.ok(error instanceof Error);
      assert.notEqual((error as { code?: string }).code, 'ERR_DISCONNECTED');
    },
  },
];

export const scenarios: readonly Scenario[] = [...ending, ...others];
