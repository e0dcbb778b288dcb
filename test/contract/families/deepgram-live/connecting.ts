import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { missing } from '../../defects.ts';
import type { Live } from '../../drivers/deepgram-live.ts';
import { endless } from '../../stage.ts';
import { deepgramDrains } from '../deepgram-drains.ts';
import type { LiveScenario, LiveStage } from './stage.ts';

/** Where Node has no WebSocket, the SDK loads `ws` first. */
const loadsWs = !('WebSocket' in globalThis);

/** D1, D4, D5: how a live client is opened and ended. */
export const connecting: readonly LiveScenario[] = [
  {
    id: 'own-disconnect-in-the-tick',
    promise: ['D3', 'D4', 'D5'],
    name: "the SDK's own disconnect(1000) in the tick of the constructor: no session is left",
    bare: { fails: /^the server to see the end/ },
    concerns: () => loadsWs,
    async run(stage) {
      await stage.serve();
      const ws = stage.dial();
      void ws.disconnect(1000);
      await stage.settle();
      assert.ok(stage.server.seen.connections.length <= 1, 'it may have been dialled, but once');
      await stage.serverSeesTheEnd();
      assert.equal(stage.server.seen.upgrades, 0, 'sessions that were asked for');
      assert.equal(ws.conn, null);
      stage.toldNothing();
    },
  },
  {
    id: 'own-disconnect-keeps-its-parameters',
    promise: 'D5',
    name: "the SDK's own disconnect(code, reason) sends its close frame in its tick, with both",
    bare: 'passes',
    async run(stage) {
      const ws = await stage.speaking(endless);
      void ws.disconnect(4001, 'of the app');
      assert.equal(ws.conn, null, 'the SDK forgets its socket');
      await stage.gone();
      assert.deepEqual(stage.server.seen.connections[0]!.close, { code: 4001, reason: 'of the app' });
      stage.toldNothing();
    },
  },
  {
    id: 'client-ends-its-connections',
    promise: ['D1', 'D4'],
    name: 'disconnect() of the client ends its connections, and later ones throw',
    bare: missing,
    async run(stage) {
      await stage.serve({ onClose: 'ignore' });
      const client = stage.client();
      const ws = await stage.open({}, {}, client);
      assert.equal(stage.own(client).connected, true);
      const report = await stage.within(stage.disconnect(client, true), 'disconnect()');
      assert.equal(report.outcome, 'forced');
      await stage.gone();
      await stage.fails(() => stage.dial({}, client), 'a late connection', 'ERR_DISCONNECTED');
      await stage.fails(() => ws.reconnect(), 'reconnect()', 'ERR_DISCONNECTED');
      await stage.dialled(1);
    },
  },
  {
    id: 'reconnect-during-the-end',
    promise: 'D4',
    name: 'reconnect() while disconnect() goes on connects when that is over',
    bare: missing,
    async run(stage) {
      const ws = await stage.open({ onClose: 'ignore' });
      const end = stage.disconnect(ws, { timeout: 60 });
      await sleep(5);
      ws.reconnect();
      stage.reported(await stage.within(end, 'disconnect()'), 'forced');
      await stage.until(() => ws.conn?.readyState === 1, 'the second connection');
      await stage.dialled(2);
    },
  },
  ...deepgramDrains<Live, LiveStage>({
    listen: 'ListenLiveClient',
    agent: 'AgentLiveClient',
    hears: (_stage, ws, type) => new Promise<void>((resolve) => ws.on(type, () => resolve())),
  }),
  {
    id: 'last-message-then-close',
    promise: ['D7', 'D14'],
    name: 'the last message of the client, and the answer of the provider, are as before',
    bare: 'passes',
    concerns: ({ target }) => target.className !== 'AgentLiveClient',
    async run(stage) {
      const ws = await stage.open();
      stage.speak(ws);
      await stage.ready(() => stage.messages.length > 2, 'an answer');
      ws.requestClose!();
      await stage.toldOnce(1000);
      assert.deepEqual(stage.errors, []);
    },
  },
];
