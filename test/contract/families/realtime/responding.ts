import assert from 'node:assert/strict';
import { endless } from '../../stage.ts';
import type { RealtimeScenario } from './stage.ts';

const bare = 'has no such call';
const short = { chunks: 2 };

/** D6: the session asks for nothing that the provider would refuse. */
export const responding: readonly RealtimeScenario[] = [
  {
    id: 'creates-one-after-another',
    promise: 'D6',
    name: 'createResponse() waits until the conversation is free',
    bare,
    async run(stage) {
      const ws = stage.own(await stage.open(short));
      const ids = await stage.within(
        Promise.all([ws.createResponse(), ws.createResponse({ instructions: 'again' }), ws.createResponse()]),
        'createResponse()',
      );
      assert.deepEqual(ids, ['resp_1', 'resp_2', 'resp_3']);
      assert.equal(stage.sent('response.create').length, 3);
      assert.ok(!stage.events.includes('error'));
    },
  },
  {
    id: 'waits-for-the-app',
    promise: 'D6',
    name: 'createResponse() waits for a response that the app has asked for by itself',
    bare,
    async run(stage) {
      const ws = stage.own(await stage.open(short));
      stage.ask(ws);
      assert.equal(await stage.within(ws.createResponse(), 'createResponse()'), 'resp_2');
      assert.ok(!stage.events.includes('error'));
    },
  },
  {
    id: 'waits-for-the-provider',
    promise: 'D6',
    name: 'createResponse() waits for a response that the provider has begun by itself, which it then finds out',
    bare,
    async run(stage) {
      const ws = stage.own(await stage.open({ ...short, begins: true }));
      assert.equal(await stage.within(ws.createResponse(), 'createResponse()'), 'resp_2');
      assert.equal(stage.sent('response.create').length, 2);
      assert.deepEqual(stage.heard, []);
    },
  },
  {
    id: 'out-of-band',
    promise: 'D6',
    name: 'a response outside of the conversation waits for nothing, and cancels keep them apart',
    bare,
    async run(stage) {
      const ws = stage.own(await stage.open(endless));
      const [one, other] = [await ws.createResponse(), await ws.createResponse({ conversation: 'none' })];
      assert.deepEqual([...ws.activeResponses], [one, other]);
      assert.equal(await stage.within(ws.cancelResponse(other), 'cancelResponse()'), 'cancelled');
      assert.deepEqual([...ws.activeResponses], [one]);
      assert.equal(await stage.within(ws.cancelResponse(), 'cancelResponse()'), 'cancelled');
      assert.deepEqual(
        stage.sent('response.cancel').map(({ response_id }) => response_id),
        [other, one],
      );
    },
  },
  {
    id: 'cancel-idle',
    promise: 'D6',
    name: 'cancelResponse() sends nothing when there is nothing to cancel',
    bare,
    async run(stage) {
      const ws = stage.own(await stage.open(short));
      assert.equal(await stage.within(ws.cancelResponse(), 'cancelResponse()'), 'idle');
      await stage.within(ws.createResponse(), 'createResponse()');
      await stage.ready(() => ws.activeResponses.size === 0, 'the end of the response');
      assert.equal(await stage.within(ws.cancelResponse('resp_1'), 'cancelResponse()'), 'idle');
      await stage.settle();
      assert.deepEqual(stage.sent('response.cancel'), []);
    },
  },
  {
    id: 'cancel-requested',
    promise: 'D6',
    name: 'cancelResponse() of a response that is only requested cancels it as soon as it is there',
    bare,
    async run(stage) {
      const ws = stage.own(await stage.open(endless));
      stage.ask(ws);
      assert.equal(await stage.within(ws.cancelResponse(), 'cancelResponse()'), 'cancelled');
      assert.deepEqual(
        stage.sent('response.cancel').map(({ response_id }) => response_id),
        ['resp_1'],
      );
    },
  },
  {
    id: 'cancel-too-late',
    promise: ['D6', 'D10'],
    name: 'cancelResponse() of a response that has just ended: the refusal of the provider reaches nobody',
    bare,
    async run(stage) {
      const ws = stage.own(await stage.open({ ...endless, forgets: true }));
      await stage.speaking(ws);
      assert.equal(await stage.within(ws.cancelResponse(), 'cancelResponse()'), 'ended');
      await stage.settle();
      assert.deepEqual(stage.heard, []);
      assert.ok(!stage.events.includes('error'));
    },
  },
  {
    id: 'cancel-unanswered',
    promise: 'D6',
    name: 'cancelResponse() that is not answered ends after 500 ms',
    bare,
    async run(stage) {
      const ws = stage.own(await stage.open({ ...endless, ignoreCancel: true }));
      await stage.speaking(ws);
      assert.equal(await stage.within(ws.cancelResponse(), 'cancelResponse()'), 'timeout');
    },
  },
  {
    id: 'create-aborted',
    promise: 'D6',
    name: 'createResponse() with an aborted signal rejects, and the response does not begin or is cancelled',
    bare,
    async run(stage) {
      const ws = stage.own(await stage.open(endless));
      await stage.speaking(ws);
      const controller = new AbortController();
      const waiting = ws.createResponse({}, { signal: controller.signal });
      controller.abort(new Error('enough'));
      assert.match((await stage.fails(() => waiting, 'createResponse()')).message, /enough/);
      await stage.settle();
      assert.equal(stage.sent('response.create').length, 1);
    },
  },
  {
    id: 'create-aborted-after-its-request',
    promise: 'D6',
    name: 'createResponse() whose signal ends it after its request was sent holds up neither the next one nor a drain',
    bare,
    async run(stage) {
      const ws = stage.own(await stage.open({ fault: { kind: 'silence' } }));
      for (const count of [1, 2]) {
        const controller = new AbortController();
        const waiting = ws.createResponse({}, { signal: controller.signal });
        await stage.until(() => stage.sent('response.create').length === count, 'the request');
        controller.abort(new Error('enough'));
        assert.match((await stage.fails(() => waiting, 'createResponse()')).message, /enough/);
      }
      stage.reported(await stage.within(stage.disconnect(ws, { drain: 60_000 }), 'disconnect()'), 'graceful');
    },
  },
  {
    id: 'cancel-given-up',
    promise: 'D6',
    name: 'cancelResponse() of a request whose time is over resolves with ended',
    bare,
    async run(stage) {
      const ws = stage.own(await stage.open({ fault: { kind: 'silence' } }));
      const waiting = ws.createResponse({}, { timeout: 100 });
      const cancelled = ws.cancelResponse();
      await stage.fails(() => waiting, 'createResponse()', 'ERR_RECEIVE_TIMEOUT');
      assert.equal(await stage.within(cancelled, 'cancelResponse()'), 'ended');
    },
  },
  {
    id: 'given-up-during-the-end',
    promise: ['D1', 'D6'],
    name: 'disconnect() does not go on waiting for a request whose time is over',
    bare,
    async run(stage) {
      const ws = stage.own(await stage.open({ fault: { kind: 'silence' } }));
      const waiting = ws.createResponse({}, { timeout: 100 });
      const end = stage.disconnect(ws);
      await stage.fails(() => waiting, 'createResponse()', 'ERR_RECEIVE_TIMEOUT');
      const { steps } = await stage.within(end, 'disconnect()');
      assert.equal(steps.find(({ name }) => name === 'cancel')?.outcome, 'ok');
    },
  },
  {
    id: 'create-unanswered',
    promise: 'D6',
    name: 'createResponse() that is not answered rejects in time, and the next one is asked for',
    bare,
    async run(stage) {
      const ws = stage.own(await stage.open({ fault: { kind: 'silence' } }));
      for (const count of [1, 2]) {
        const error = await stage.fails(
          () => ws.createResponse({}, { timeout: 100 }),
          'createResponse()',
          'ERR_RECEIVE_TIMEOUT',
        );
        assert.deepEqual([error.timeout, error.message], [100, 'createResponse(): not done within 100 ms']);
        assert.equal(stage.sent('response.create').length, count, 'requests');
      }
      // Nothing is left that a drain could wait for.
      stage.reported(await stage.within(stage.disconnect(ws, { drain: 60_000 }), 'disconnect()'), 'graceful');
    },
  },
  ...(['timeout', 'signal'] as const).map(
    (by): RealtimeScenario => ({
      id: `create-answered-late-${by}`,
      promise: 'D6',
      name: `createResponse() whose response begins when its ${by} has ended it: that response is cancelled`,
      bare,
      async run(stage) {
        const ws = stage.own(await stage.open({ fault: { kind: 'silence' } }));
        const options = by === 'timeout' ? { timeout: 100 } : { signal: AbortSignal.timeout(100) };
        await stage.fails(() => ws.createResponse({}, options), 'createResponse()');
        const [{ response }] = stage.sent('response.create') as [{ response: { metadata: object } }];
        const made = { id: 'resp_late', conversation_id: 'conv_1', metadata: response.metadata };
        stage.server.inflict({ kind: 'text', data: JSON.stringify({ type: 'response.created', response: made }) });
        await stage.until(() => stage.sent('response.cancel').length === 1, 'the cancel');
      },
    }),
  ),
  {
    id: 'create-while-busy',
    promise: 'D6',
    name: 'createResponse() that waits for a response without an end rejects in time, and asks for nothing',
    bare,
    async run(stage) {
      const ws = stage.own(await stage.open(endless));
      await stage.speaking(ws);
      const waiting = () => ws.createResponse({}, { timeout: 100 });
      await stage.fails(waiting, 'createResponse()', 'ERR_RECEIVE_TIMEOUT');
      assert.equal(stage.sent('response.create').length, 1);
    },
  },
  {
    id: 'voice-unanswered',
    promise: 'D6',
    name: 'setVoice() that is not answered rejects in time or by its signal, and the next one is asked for',
    bare,
    async run(stage) {
      const ws = stage.own(await stage.open({ fault: { kind: 'silence' } }));
      await stage.fails(() => ws.setVoice('cedar', { timeout: 100 }), 'setVoice()', 'ERR_RECEIVE_TIMEOUT');
      const signal = AbortSignal.abort(new Error('enough'));
      assert.match((await stage.fails(() => ws.setVoice('ash', { signal }), 'setVoice()')).message, /enough/);
      await stage.fails(() => ws.setVoice('ash', { timeout: 100 }), 'setVoice()', 'ERR_RECEIVE_TIMEOUT');
      assert.equal(stage.sent('session.update').length, 2);
      const soon = AbortSignal.timeout(100);
      await stage.fails(() => ws.setVoice('ash', { signal: soon }), 'setVoice()');
      const last = await stage.fails(() => ws.setVoice('ash', { timeout: 100 }), 'setVoice()', 'ERR_RECEIVE_TIMEOUT');
      assert.equal(last.message, 'setVoice(): not done within 100 ms');
      assert.equal(stage.sent('session.update').length, 4);
    },
  },
  {
    id: 'create-and-drop',
    promise: 'D7',
    name: 'createResponse() rejects when the connection is lost, or disconnected',
    bare,
    async run(stage) {
      const ws = stage.own(await stage.open(endless));
      await stage.speaking(ws);
      const waiting = ws.createResponse();
      stage.server.inflict({ kind: 'close', code: 1011 });
      const lost = await stage.fails(() => waiting, 'createResponse()', 'ERR_STREAM_ENDED');
      assert.equal(lost.closeCode, 1011);
      await stage.fails(() => ws.createResponse(), 'createResponse()', 'ERR_STREAM_ENDED');
      assert.equal(ws.activeResponses.size, 0);
      await stage.shutDown(ws, () => {});
      await stage.fails(() => ws.createResponse(), 'createResponse()', 'ERR_DISCONNECTED');
      assert.equal(await stage.within(ws.cancelResponse(), 'cancelResponse()'), 'idle');
    },
  },
  {
    id: 'create-refused',
    promise: 'D10',
    name: 'createResponse() that the provider refuses rejects with its code, and tells no listener',
    bare,
    async run(stage) {
      const ws = stage.own(await stage.open({ refuses: 'invalid_value' }));
      await stage.fails(() => ws.createResponse(), 'createResponse()', 'invalid_value');
      await stage.settle();
      assert.deepEqual(stage.heard, []);
    },
  },
  {
    id: 'calls-name-themselves',
    promise: 'D4',
    name: 'a call that disconnect() ends is named in its error, and a bad option rejects',
    bare: 'has no such call',
    async run(stage) {
      const ws = stage.own(await stage.open({ ...endless, fault: { kind: 'silence' } }));
      const waiting = { 'createResponse()': ws.createResponse(), 'setVoice()': ws.setVoice('cedar') };
      await stage.ready(() => stage.sent('session.update').length > 0, 'the update');
      await stage.within(stage.disconnect(ws, true), 'disconnect()');
      for (const [name, call] of Object.entries(waiting)) {
        const error = await stage.fails(() => call, name, 'ERR_DISCONNECTED');
        assert.ok(error.message.startsWith(`${name}:`), error.message);
      }
      for (const options of [null, 5, { signl: 1 }, { timeout: 0 }, { signal: null }, { signal: {} }]) {
        for (const call of [ws.createResponse({}, options as never), ws.setVoice('cedar', options as never)])
          assert.equal((await stage.fails(() => call, 'a bad option')).name, 'TypeError');
      }
    },
  },
  {
    id: 'voice-before-audio',
    promise: 'D6',
    name: 'setVoice() before the assistant has spoken sends the voice alone',
    bare,
    async run(stage) {
      const ws = stage.own(await stage.open());
      await stage.within(ws.setVoice('cedar'), 'setVoice()');
      const [{ session }] = stage.sent('session.update') as [{ session: object }];
      const isBeta = stage.cell.version.startsWith('4.');
      assert.deepEqual(
        session,
        isBeta ? { voice: 'cedar' } : { type: 'realtime', audio: { output: { voice: 'cedar' } } },
      );
    },
  },
  {
    id: 'voice-after-audio',
    promise: 'D6',
    name: 'setVoice() after the assistant has spoken is refused, sends nothing, and the session goes on',
    bare,
    async run(stage) {
      const ws = stage.own(await stage.open(short));
      await stage.within(ws.createResponse(), 'createResponse()');
      await stage.ready(() => ws.activeResponses.size === 0, 'the end of the response');
      await stage.fails(() => ws.setVoice('cedar'), 'setVoice()', 'ERR_VOICE_LOCKED');
      assert.deepEqual(stage.sent('session.update'), []);
      await stage.within(ws.createResponse(), 'createResponse()');
    },
  },
  {
    id: 'voice-refused',
    promise: 'D6',
    name: 'setVoice() that the provider refuses is refused in the same way, and tells no listener',
    bare,
    async run(stage) {
      const ws = stage.own(await stage.open({ refuses: 'cannot_update_voice' }));
      await stage.fails(() => ws.setVoice('cedar'), 'setVoice()', 'ERR_VOICE_LOCKED');
      await stage.settle();
      assert.deepEqual(stage.heard, []);
    },
  },
];
