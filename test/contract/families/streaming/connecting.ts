import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { missing } from '../../defects.ts';
import type { StreamingScenario } from './stage.ts';

/** Wraps each object that is read from it, as tools for tracing do. */
function deepProxy<T extends object>(object: T): T {
  return new Proxy(object, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'object' && value !== null ? deepProxy(value) : value;
    },
  });
}

/** D4, D9: from the client to the open socket. */
export const connecting: readonly StreamingScenario[] = [
  {
    id: 'client-ends-its-sockets',
    promise: ['D1', 'D4'],
    name: 'disconnect() of the client ends its sockets, and later ones reject',
    bare: missing,
    async run(stage) {
      await stage.serve({ onClose: 'ignore' });
      const client = stage.client();
      const ws = await stage.make({}, client);
      ws.connect();
      await stage.prepared(ws.waitForOpen(), 'the handshake');
      const unused = await stage.make({}, client);
      assert.equal(stage.own(client).connected, true);
      const report = await stage.within(stage.disconnect(client, true), 'disconnect()');
      assert.equal(report.outcome, 'forced');
      await stage.gone();
      await stage.fails(() => stage.make({}, client), 'connect()', 'ERR_DISCONNECTED');
      await stage.fails(() => unused.connect(), 'connect()', 'ERR_DISCONNECTED');
      await stage.fails(() => ws.connect(), 'connect()', 'ERR_DISCONNECTED');
      await stage.dialled(1);
    },
  },
  {
    id: 'client-behind-a-proxy',
    promise: 'D1',
    name: 'disconnect() of a client ends the sockets that were made through a deep proxy of it',
    bare: missing,
    async run(stage) {
      await stage.serve();
      const client = deepProxy(stage.client());
      const ws = await stage.make({}, client);
      ws.connect();
      await stage.prepared(ws.waitForOpen(), 'the handshake');
      await stage.within(stage.disconnect(client), 'disconnect()');
      await stage.gone();
    },
  },
  {
    id: 'client-ends-while-the-key-is-fetched',
    promise: ['D4', 'D9'],
    name: 'disconnect() of the client while its key is being fetched: connect() rejects, and nothing is dialled',
    bare: missing,
    async run(stage) {
      await stage.serve();
      const client = stage.client({ apiKey: () => new Promise<string>(() => {}) });
      const made = stage.make({}, client);
      made.catch(() => {});
      await sleep(5);
      await stage.within(stage.disconnect(client), 'disconnect()');
      await stage.fails(() => made, 'connect()', 'ERR_DISCONNECTED');
      await stage.dialled(0);
    },
  },
  {
    id: 'connect-close-connect',
    promise: ['D4', 'D9'],
    name: "connect() in the tick of the SDK's own close() connects again",
    bare: 'passes',
    async run(stage) {
      await stage.serve();
      const ws = await stage.make();
      ws.connect();
      void ws.close();
      ws.connect();
      await stage.within(ws.waitForOpen(), 'waitForOpen()');
      await stage.until(() => ws.readyState === 1, 'the handshake');
    },
  },
  {
    id: 'wait-before-connect',
    promise: ['D9', 'D14'],
    name: 'waitForOpen() before connect() resolves with the handshake',
    bare: 'passes',
    async run(stage) {
      await stage.serve();
      const ws = await stage.make();
      const waiting = ws.waitForOpen();
      ws.connect();
      assert.equal(await stage.within(waiting, 'waitForOpen()'), ws.socket);
      await stage.dialled(1);
    },
  },
  {
    id: 'wait-ended-by-own-close',
    promise: ['D4', 'D9'],
    name: "the SDK's own close() settles waitForOpen(), with an error that says so",
    bare: { fails: /^waitForOpen\(\) failed with another error/ },
    async run(stage) {
      await stage.serve({ greeting: 'upgrade-stall' });
      const ws = await stage.make();
      ws.connect();
      const waiting = ws.waitForOpen();
      waiting.catch(() => {});
      await stage.ready(() => stage.server.seen.upgrades === 1, 'the upgrade');
      void ws.close();
      await stage.fails(() => waiting, 'waitForOpen()', 'ERR_DISCONNECTED');
      await stage.gone();
    },
  },
  {
    id: 'abort-signal',
    promise: ['D5', 'D14'],
    name: "the SDK's own abortSignal ends the socket as before, and waitForOpen() learns of it",
    bare: ({ version }) =>
      version === '5.0.0'
        ? { crashes: /closed before the connection was established/ }
        : { fails: /^waitForOpen\(\): not within/ },
    async run(stage) {
      await stage.serve({ greeting: 'upgrade-stall' });
      const controller = new AbortController();
      const ws = await stage.make({ args: { abortSignal: controller.signal } });
      ws.connect();
      const waiting = ws.waitForOpen();
      waiting.catch(() => {});
      await stage.ready(() => stage.server.seen.upgrades === 1, 'the upgrade');
      controller.abort();
      await stage.fails(() => waiting, 'waitForOpen()');
      await stage.toldOnce(1000);
      await stage.gone();
    },
  },
  {
    id: 'other-transport',
    promise: ['D1', 'D4'],
    name: "a transport of the app's is closed by disconnect(), and later calls are refused",
    bare: missing,
    concerns: ({ version }) => version !== '5.0.0',
    async run(stage) {
      await stage.serve();
      const closed: unknown[] = [];
      const transport = {
        onOpen: (listener: () => void) => void setImmediate(listener),
        onMessage() {},
        onError() {},
        onClose() {},
        isOpen: () => false,
        send() {},
        close: (...args: unknown[]) => void closed.push(args),
      };
      const ws = await stage.make({}, stage.client({ transportFactory: () => transport }));
      ws.connect();
      await stage.within(ws.waitForOpen(), 'waitForOpen()');
      assert.equal(stage.own(ws).connected, true);
      await stage.within(stage.disconnect(ws), 'disconnect()');
      assert.equal(ws.connected, false);
      assert.equal(closed.length, 1, 'closes of the transport');
      await stage.fails(() => stage.speak(ws), 'a late call', 'ERR_DISCONNECTED');
    },
  },
];
