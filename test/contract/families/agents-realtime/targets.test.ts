/** The targets that `overlay()` takes, and the state after an undo. */
import assert from 'node:assert/strict';
import { expect, test } from 'vitest';
import { overlay } from '../../../../overlays/agents-realtime/index.ts';
import { findMark } from '../../../../overlays/foreign/mark.ts';
import { socketCells } from '../../../support/cells.ts';
import {
  type AgentsSdk,
  type Connecting,
  loadAgents,
  optionsFor,
  type Session,
  type Transport,
} from '../../drivers/agents-realtime.ts';
import { playOn } from '../../play.ts';
import { AgentsStage } from './stage.ts';

/** No delivery: each test overlays by itself. */
const cell = socketCells('bare').findLast(({ target }) => target.className === 'RealtimeSession')!;
const sdk = await loadAgents(cell);

const play = (run: (stage: AgentsStage) => Promise<void>) => playOn(new AgentsStage(cell, sdk, 4_000), run);

function sessionOn(transport: Transport, { RealtimeSession, RealtimeAgent }: AgentsSdk = sdk): Session {
  return new RealtimeSession(new RealtimeAgent({ name: 'a' }), { transport });
}

/** A transport of an app's own, such as that for Twilio. */
class Phone extends sdk.OpenAIRealtimeWebSocket {
  dialled = 0;

  override async connect(options: object): Promise<unknown> {
    this.dialled++;
    return super.connect(options);
  }
}

test('a session on a transport that overrides connect() is covered once the class above is', async () => {
  const phone = new Phone();
  const session = sessionOn(phone);
  const overridden = { code: 'ERR_PATCH_SUBCLASS' };
  expect(() => overlay(session)).toThrow(expect.objectContaining(overridden));
  const ofClass = overlay(sdk.OpenAIRealtimeWebSocket);
  const ofSession = overlay(session, { timeout: 150 });
  await play(async (stage) => {
    await stage.serve({ onClose: 'ignore' });
    await stage.within(session.connect(optionsFor(stage.server)), 'connect()');
    assert.equal(phone.dialled, 1);
    const report = await stage.within(session.disconnect(), 'disconnect()');
    assert.equal(report.outcome, 'forced');
    await stage.serverSeesTheEnd();
  });
  ofSession.undo();
  ofClass.undo();
  expect(findMark(sdk.OpenAIRealtimeWebSocket.prototype)).toBeUndefined();
});

test.each(['a session', 'a transport'])(
  '%s that has connected before overlay() is told of a drop, and ends',
  async (what) => {
    await play(async (stage) => {
      await stage.serve();
      const transport = new sdk.OpenAIRealtimeWebSocket();
      const made: Connecting = what === 'a session' ? sessionOn(transport) : transport;
      const errors: unknown[] = [];
      made.on('error', ({ error }) => errors.push(error));
      await stage.within(made.connect(optionsFor(stage.server)), 'connect()');
      const { undo } = overlay(made);
      stage.server.inflict({ kind: 'close', code: 1011, reason: 'overloaded' });
      await stage.until(() => errors.length > 0, 'an error');
      expect(errors).toEqual([expect.objectContaining({ code: 'ERR_STREAM_ENDED', closeCode: 1011 })]);
      await stage.within(made.connect(optionsFor(stage.server)), 'connect()');
      await stage.within(made.disconnect(), 'disconnect()');
      assert.throws(() => made.sendMessage('hello', {}), { code: 'ERR_DISCONNECTED' });
      await stage.serverSeesTheEnd();
      undo();
    });
    expect(findMark(sdk.RealtimeSession.prototype)).toBeUndefined();
    expect(findMark(sdk.OpenAIRealtimeWebSocket.prototype)).toBeUndefined();
  },
);

test('an undo leaves the seams on a connection that is open', async () => {
  await play(async (stage) => {
    await stage.serve({ onClose: 'ignore' });
    const session = sessionOn(new sdk.OpenAIRealtimeWebSocket());
    const { undo } = overlay(session, { timeout: 100 });
    await stage.within(session.connect(optionsFor(stage.server)), 'connect()');
    undo();
    const { transport } = session;
    assert.equal((await stage.within(transport.disconnect({ timeout: 100 }), 'disconnect()')).outcome, 'forced');
    await stage.serverSeesTheEnd();
  });
});

test('a session with another transport stays as it is under the load hook', () => {
  const { undo } = overlay(sessionOn(new sdk.OpenAIRealtimeWebSocket()));
  const other = sessionOn({ close: () => 'closed' } as never);
  assert.equal(other.connected, false);
  assert.throws(() => other.disconnect(), { code: 'ERR_PATCH_TARGET' });
  assert.equal(other.close(), undefined);
  undo();
});
