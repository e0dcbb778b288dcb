import assert from 'node:assert/strict';
import { mended } from '../../drivers/transcriber.ts';
import type { TranscriberScenario } from './stage.ts';

const unsettled = { fails: /^connect\(\): not within/ };

/** D4, D9: the session begins, or not. */
export const connecting: readonly TranscriberScenario[] = [
  {
    id: 'never-greeted-times-out',
    promise: 'D9',
    name: 'a peer that never begins the session: connect() rejects in time, and may be called again',
    bare: unsettled,
    async run(stage) {
      await stage.serve({ greets: false });
      const ws = stage.make({ overlay: { connectTimeout: 150 } });
      const error = await stage.fails(() => ws.connect(), 'connect()', 'ERR_CONNECT_TIMEOUT');
      assert.equal(error.timeout, 150);
      await stage.gone();
      stage.server.behaviour = {};
      stage.cover(ws, { connectTimeout: 8000 });
      await stage.within(ws.connect(), 'connect()');
      await stage.dialled(2);
    },
  },
  {
    id: 'never-greeted-disconnect',
    promise: ['D1', 'D4'],
    name: 'a peer that never begins the session: disconnect() ends politely, and connect() rejects',
    bare: unsettled,
    async run(stage) {
      await stage.serve({ greets: false });
      const ws = stage.make();
      const { connecting } = await stage.attempt(ws);
      await stage.ready(() => ws.socket?.readyState === 1, 'the handshake');
      const report = await stage.shutDown(ws, () => ws.close(false));
      stage.reported(report, 'graceful');
      await stage.fails(() => connecting, 'connect()', 'ERR_DISCONNECTED');
      await stage.gone();
      stage.toldNothing();
      await stage.dialled(1);
    },
  },
  {
    id: 'closed-before-the-session',
    promise: 'D9',
    name: 'a peer that closes before the session begins: connect() rejects, and says why',
    bare: (cell) => (mended(cell).connect ? 'passes' : unsettled),
    async run(stage) {
      await stage.serve({ greets: false });
      const ws = stage.make();
      const { connecting } = await stage.attempt(ws);
      await stage.ready(() => ws.socket?.readyState === 1, 'the handshake');
      stage.server.inflict({ kind: 'close', code: 4001, reason: 'Not authorized' });
      const error = await stage.fails(() => connecting, 'connect()');
      assert.match(error.message, /Not authorized/);
      await stage.gone();
      await stage.dialled(1);
    },
  },
  {
    id: 'sealed-before-connect',
    promise: 'D3',
    name: 'connect() of a transcriber that is sealed rejects, as without hangup, and leaves no socket behind',
    bare: ({ target, version }) =>
      // From then on, it fails before it dials.
      target.className === 'RealtimeTranscriber' && version === '4.41.5'
        ? 'passes'
        : { fails: /^the server to see the end: not within/ },
    async run(stage) {
      await stage.serve();
      const ws = Object.seal(stage.make());
      assert.match((await stage.fails(() => ws.connect(), 'connect()')).message, /Cannot add property|Cannot define/);
      await stage.settle();
      await stage.gone();
    },
  },
  {
    id: 'already-connected',
    promise: 'D14',
    name: 'a second connect() rejects, and the session goes on',
    bare: 'passes',
    async run(stage) {
      const ws = await stage.open();
      assert.match((await stage.fails(() => ws.connect(), 'connect()')).message, /Already connected/);
      await stage.goesOn(ws);
      await stage.dialled(1);
    },
  },
  {
    id: 'connect-after-a-drop',
    promise: ['D4', 'D12'],
    name: 'after a drop and close(), connect() opens again',
    bare: 'passes',
    async run(stage) {
      const ws = await stage.open();
      stage.server.inflict({ kind: 'close', code: 1011 });
      await stage.toldOnce(1011);
      await stage.within(Promise.resolve(ws.close()), 'close()');
      await stage.within(ws.connect(), 'connect()');
      await stage.dialled(2);
    },
  },
];
