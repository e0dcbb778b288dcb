import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DisconnectReport } from '../../../core/disconnectable.ts';
import type { Answer } from '../../support/http-server.ts';
import { deep, deepOverTarget, traced, type Wrap } from '../../support/proxies.ts';
import { missing } from '../defects.ts';
import type { SocketCell } from '../driver.ts';
import type { Scenario as ScenarioOn } from '../play.ts';
import { slug } from '../play.ts';
import { driverOf } from './drivers.ts';
import type { RequestStage } from './stage.ts';

type Scenario = ScenarioOn<RequestStage>;

const hangs = { fails: /^the end of the call: not within/ };
const readsStatus = (cell: SocketCell) => driverOf(cell).readsStatus;
const kinds = ['bytes', 'sse', 'list'] as const;

const faults: readonly [name: string, answer: Answer][] = [
  ['no response headers', 'no-headers'],
  ['a stalled body', 'stalled-body'],
  ['an endless body', 'endless-body'],
  ['a connection that is never answered', 'silence'],
];

/** Nobody says whether the body of a response has been read, so only requests without a response are named for certain. */
function checkReport({ outcome, abandoned }: DisconnectReport, isWaiting: boolean): void {
  const others = abandoned.filter((path) => !/^client › (client › )?requests in flight$/.test(path));
  assert.deepEqual(others, []);
  if (isWaiting) assert.deepEqual([outcome, abandoned.length], ['forced', 1]);
}

/** Each kind of request in each kind of trouble, and the end of the client. */
const ending: Scenario[] = faults.flatMap(([name, answer]) =>
  kinds.map(
    (kind): Scenario => ({
      id: `${kind}-${slug(name)}`,
      promise: ['D1', 'D2'],
      name: `${kind}, ${name}: disconnect(true) ends it with the reason`,
      bare: hangs,
      async run(stage) {
        const caller = await stage.answer(answer);
        const call = stage.follow(caller.calls[kind]());
        await stage.underWay();
        const report = await stage.hangUp(caller, true);
        if (report) checkReport(report, answer === 'no-headers' || answer === 'silence');
        await stage.endsAsDisconnected(call, answer.endsWith('body') ? kind : undefined);
        await stage.until(() => stage.http.seen.open === 0, 'the server to see the end');
        await stage.settle();
        assert.ok(stage.http.seen.connections <= 1, 'nothing is dialled again');
      },
    }),
  ),
);

const others: Scenario[] = [
  {
    id: 'graceful',
    promise: 'D1',
    name: 'disconnect() ends what is in flight within its budget',
    bare: hangs,
    async run(stage) {
      const caller = await stage.answer('endless-body');
      const all = kinds.map((kind) => [kind, stage.follow(caller.calls[kind]())] as const);
      await stage.ready(() => stage.http.seen.requests.length === 3, 'the requests');
      const report = await stage.hangUp(caller);
      for (const [kind, call] of all) await stage.endsAsDisconnected(call, kind);
      if (report) assert.ok(report.durationMs < 2_500, `${report.durationMs} ms`);
    },
  },
  ...kinds.map(
    (kind): Scenario => ({
      id: `drain-finishes-${kind}`,
      promise: 'D1',
      name: `${kind}: disconnect({drain}) lets a request finish, and refuses the next one`,
      bare: missing,
      async run(stage) {
        const caller = await stage.answer('slow');
        const call = stage.follow(caller.calls[kind]());
        await stage.ready(() => stage.http.seen.requests.length === 1, 'the request');
        const ending = stage.disconnect(caller.client, { drain: 60_000 });
        await stage.endsAsDisconnected(stage.follow(caller.calls[kind]()));
        assert.equal(await stage.within(call, 'the request'), undefined);
        const report = await stage.within(ending, 'disconnect()');
        assert.deepEqual([report.outcome, report.abandoned], ['graceful', []]);
        assert.equal(stage.http.seen.requests.length, 1);
      },
    }),
  ),
  {
    id: 'drain-runs-out',
    promise: 'D1',
    name: 'disconnect({drain}) ends requests that are not finished in time',
    bare: missing,
    async run(stage) {
      const caller = await stage.answer('endless-body');
      const all = kinds.map((kind) => [kind, stage.follow(caller.calls[kind]())] as const);
      await stage.ready(() => stage.http.seen.requests.length === 3, 'the requests');
      await stage.within(stage.disconnect(caller.client, { drain: 50 }), 'disconnect()');
      for (const [kind, call] of all) await stage.endsAsDisconnected(call, kind);
    },
  },
  {
    id: 'drain-is-forced',
    promise: ['D1', 'D2'],
    name: 'disconnect(true) cuts the drain of requests short, and the report names them',
    bare: missing,
    async run(stage) {
      const caller = await stage.answer('no-headers');
      const call = stage.follow(caller.calls.list());
      await stage.underWay();
      const ending = stage.disconnect(caller.client, { drain: 60_000 });
      await stage.settle();
      void stage.disconnect(caller.client, true);
      checkReport(await stage.within(ending, 'disconnect()'), true);
      await stage.endsAsDisconnected(call);
    },
  },
  {
    id: 'drain-is-shortened',
    promise: 'D1',
    name: 'disconnect() during disconnect({drain}) ends requests at once',
    bare: missing,
    async run(stage) {
      const caller = await stage.answer('no-headers');
      const call = stage.follow(caller.calls.list());
      await stage.underWay();
      const ending = stage.disconnect(caller.client, { drain: 60_000 });
      void stage.disconnect(caller.client);
      await stage.endsAsDisconnected(call);
      assert.equal((await stage.within(ending, 'disconnect()')).outcome, 'graceful');
    },
  },
  {
    id: 'in-the-tick-of-the-request',
    promise: ['D1', 'D4'],
    name: 'disconnect() in the tick of the request: it ends, and nothing is dialled',
    bare: hangs,
    async run(stage) {
      const caller = await stage.answer('no-headers');
      const all = kinds.map((kind) => stage.follow(caller.calls[kind]()));
      await stage.hangUp(caller, true);
      for (const call of all) await stage.endsAsDisconnected(call);
      await stage.settle();
      assert.equal(stage.http.seen.requests.length, 0);
    },
  },
  {
    id: 'late-requests',
    promise: 'D4',
    name: 'requests after the end reject, and dial nothing',
    bare: { fails: /^the call went through/ },
    async run(stage) {
      const caller = await stage.answer('well');
      await stage.hangUp(caller);
      for (const kind of kinds) await stage.endsAsDisconnected(stage.follow(caller.calls[kind]()));
      await stage.settle();
      assert.equal(stage.http.seen.connections, 0);
    },
  },
  {
    id: 'unawaited',
    promise: 'D3',
    name: 'a request that nobody waits for may end unnoticed',
    bare: { fails: /^the server to see the end: not within/ },
    async run(stage) {
      const caller = await stage.answer('no-headers');
      void caller.calls.list().catch(() => {});
      await stage.underWay();
      await stage.hangUp(caller, true);
      await stage.until(() => stage.http.seen.open === 0, 'the server to see the end');
    },
  },
  {
    id: 'back-off',
    promise: 'D3',
    name: 'a back-off ends at once, and no retry follows',
    bare: hangs,
    concerns: (cell) => readsStatus(cell) && driverOf(cell).retries !== false,
    async run(stage) {
      const caller = await stage.answer('retry-later', { maxRetries: 2 });
      const call = stage.follow(caller.calls.bytes());
      await stage.underWay();
      await sleep(30);
      await stage.hangUp(caller, true);
      await stage.endsAsDisconnected(call);
      await stage.settle();
      assert.equal(stage.http.seen.requests.length, 1);
    },
  },
  {
    id: 'another-client',
    promise: 'D14',
    name: 'another client and its requests go on',
    bare: 'passes',
    async run(stage) {
      const caller = await stage.answer('well');
      const other = stage.another();
      const before = stage.follow(other.calls.list());
      await stage.hangUp(caller, true);
      assert.equal(await stage.within(before, 'the request'), undefined);
      for (const kind of kinds) assert.equal(await stage.within(stage.follow(other.calls[kind]()), kind), undefined);
    },
  },
  {
    id: 'well-answered',
    promise: 'D14',
    name: 'well-answered requests go through as before',
    bare: 'passes',
    async run(stage) {
      const caller = await stage.answer('well');
      for (const kind of kinds) assert.equal(await stage.within(stage.follow(caller.calls[kind]()), kind), undefined);
      assert.equal(stage.http.seen.requests.length, 3);
      assert.ok(!stage.http.seen.raw.join().includes('hangup'));
    },
  },
  {
    id: 'failed-by-itself',
    promise: 'D14',
    name: 'the end of a request that failed by itself stays what it was',
    bare: 'passes',
    concerns: readsStatus,
    async run(stage) {
      const caller = await stage.answer('error', { maxRetries: 0 });
      const error = await stage.within(stage.follow(caller.calls.list()), 'the failure');
      assert.ok(error instanceof Error);
      assert.notEqual((error as { code?: string }).code, 'ERR_DISCONNECTED');
    },
  },
];

/** The app has put the client behind a proxy, for tracing or as reactive state. */
const wraps: readonly [name: string, wrap: Wrap][] = [
  ['a proxy that wraps every object', deep],
  ['a proxy that wraps every object and reads from it', deepOverTarget],
  ['a proxy that traces every call of a proxy that wraps every object', (client) => traced(deep(client))],
];

const wrapped: Scenario[] = wraps.flatMap(([name, wrap]): Scenario[] => [
  {
    id: `requests-through-${slug(name)}`,
    promise: ['D1', 'D4'],
    name: `requests through ${name}: they end with it, and later ones reject`,
    bare: hangs,
    concerns: (cell) => driverOf(cell).hasPrivateMembers !== true,
    async run(stage) {
      const caller = await stage.answer('no-headers', { wrap });
      const all = kinds.map((kind) => stage.follow(caller.calls[kind]()));
      await stage.ready(() => stage.http.seen.requests.length === 3, 'the requests');
      const report = await stage.hangUp(caller, true);
      if (report) checkReport(report, false);
      stage.reported(report, 'forced');
      for (const call of all) await stage.endsAsDisconnected(call);
      await stage.until(() => stage.http.seen.open === 0, 'the server to see the end');
      for (const kind of kinds) await stage.endsAsDisconnected(stage.follow(caller.calls[kind]()));
      assert.equal(stage.http.seen.requests.length, 3);
    },
  },
  {
    id: `connection-through-${slug(name)}`,
    promise: ['D1', 'D4'],
    name: `a connection that was opened through ${name}: it ends with it, and a later one rejects`,
    bare: missing,
    concerns: (cell) => driverOf(cell).connects?.(cell) !== false,
    async run(stage) {
      const caller = await stage.connecting({ wrap });
      const client = stage.own(caller.client);
      await stage.prepared(caller.connect(stage.server), 'the connection');
      assert.equal(client.connected, true, 'the client knows no connection');
      stage.reported(await stage.within(stage.disconnect(client), 'disconnect()'), 'graceful');
      await stage.serverSeesTheEnd();
      await stage.fails(() => caller.connect(stage.server), 'a later connection', 'ERR_DISCONNECTED');
      await stage.settle();
      assert.equal(stage.server.seen.upgrades, 1, 'handshakes');
    },
  },
]);

export const scenarios: readonly Scenario[] = [...ending, ...others, ...wrapped];
