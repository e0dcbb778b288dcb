/** Targets of an overlay of Google GenAI, and its undo. The tests run one after another, because an overlay is a state of its class. */
import assert from 'node:assert/strict';
import { test } from 'vitest';
import { assertPatched } from '../../../../overlays/foreign/mark.ts';
import { overlay } from '../../../../overlays/google-genai/index.ts';
import { socketCells } from '../../../support/cells.ts';
import { loadGenAI } from '../../drivers/live.ts';
import { playOn } from '../../play.ts';
import { isPlayed } from '../../played.ts';
import { hasHangup } from '../../stage.ts';
import { LiveStage } from './stage.ts';

const garbage = { kind: 'text', data: '{ not json' } as const;

// These tests put the overlay on by themselves: a bare cell is played where an overlaid one would be.
const cells = socketCells('bare').filter(
  (one) => one.target.className === 'Session' && isPlayed({ ...one, delivery: 'overlay' }),
);
for (const cell of cells) {
  const play = (name: string, run: (stage: LiveStage) => Promise<void>) =>
    test(`${cell.version} ${cell.format}: ${name}`, async () => {
      await playOn(new LiveStage(cell, await loadGenAI(cell), 4_000), run);
    });

  play('a session that was opened before is covered from then on', async (stage) => {
    const { session } = await stage.open();
    const { undo } = overlay(session);
    stage.server.inflict(garbage);
    await stage.until(() => stage.errors.length === 1, 'the error');
    await stage.goesOn(session);
    assert.equal(session.connected, true);
    const { outcome } = await session.disconnect();
    assert.equal(outcome, 'graceful');
    assert.throws(() => session.sendClientContent({ turns: 'late' }), { code: 'ERR_DISCONNECTED' });
    assert.deepEqual(stage.closes, []);
    undo();
  });

  play('the class covers sessions of clients that hangup does not know', async (stage) => {
    const { undo } = overlay(stage.sdk.Session);
    assertPatched(stage.sdk.Session);
    const { session } = await stage.open();
    stage.server.inflict(garbage);
    await stage.until(() => stage.errors.length === 1, 'the error');
    stage.server.inflict({ kind: 'close', code: 1011 });
    await stage.toldOnce(1011);
    assert.throws(() => session.sendClientContent({ turns: 'late' }), { code: 'ERR_DISCONNECTED' });
    undo();
    assert.ok(!hasHangup(stage.sdk.Session.prototype));
  });

  play('undo() of a client leaves the open session its seams, and later sessions are bare', async (stage) => {
    await stage.serve();
    const client = stage.client();
    const { undo } = overlay(client);
    const session = await stage.connect(client);
    undo();
    const other = await stage.connect(client);
    assert.deepEqual([hasHangup(session), hasHangup(other), hasHangup(client)], [true, false, false]);
    assert.ok(!hasHangup(stage.sdk.Session.prototype));
    const { outcome } = await session.disconnect();
    assert.equal(outcome, 'graceful');
    other.close();
    await stage.gone();
  });

  play('another overlay of the client sets options only', async (stage) => {
    await stage.serve({ greeting: 'upgrade-stall' });
    const client = stage.client();
    const overlays = [overlay(client), overlay(client, { connectTimeout: 50 })];
    await stage.fails(() => stage.connect(client), 'connect()', 'ERR_CONNECT_TIMEOUT');
    for (const { undo } of overlays) undo();
    assert.ok(!hasHangup(client));
  });

  play('the option WebSocket is refused, and changes nothing', async (stage) => {
    await stage.serve();
    const client = stage.client();
    assert.throws(() => overlay(client, { WebSocket: class {} as never }), { code: 'ERR_PATCH_WEBSOCKET' });
    assert.ok(!hasHangup(client));
  });

  play("an error that the app's callback throws stays the app's", async (stage) => {
    const { undo } = overlay(stage.sdk.Session);
    const { session } = await stage.open();
    stage.failsOnMessage = new Error('of the app');
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    try {
      const unhandled: unknown[] = [];
      process.on('unhandledRejection', (error) => unhandled.push(error));
      session.sendClientContent({ turns: 'hello' });
      await stage.until(() => unhandled.length > 0, 'the error of the app');
      assert.equal(unhandled[0], stage.failsOnMessage);
    } finally {
      process.removeAllListeners('unhandledRejection');
      for (const listener of others) process.on('unhandledRejection', listener);
    }
    stage.failsOnMessage = undefined;
    assert.deepEqual(stage.errors, []);
    await stage.goesOn(session);
    undo();
  });
}
