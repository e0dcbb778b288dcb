import assert from 'node:assert/strict';
import type { DisconnectReport } from '../../../../core/disconnectable.ts';
import { missing } from '../../defects.ts';
import { transportOf } from '../../drivers/agents-realtime.ts';
import { endless } from '../../stage.ts';
import { type AgentsScenario, isSession } from './stage.ts';

/** D1, D4, D5, D6: what an end asks of the provider, and of the SDK. */
export const ending: readonly AgentsScenario[] = [
  {
    id: 'cancels-the-response',
    promise: ['D1', 'D6'],
    name: 'disconnect() cancels the response by its id, and waits for its end',
    bare: missing,
    async run(stage) {
      const made = await stage.speaking(endless);
      const report = await stage.within(stage.disconnect(made), 'disconnect()');
      assert.deepEqual(
        report.steps.map(({ name, outcome }) => `${name} ${outcome}`),
        ['cancel ok', 'close ok', 'force skipped'],
      );
      assert.deepEqual(
        stage.sent('response.cancel').map(({ response_id }) => response_id),
        ['resp_1'],
      );
    },
  },
  {
    id: 'cancel-refused',
    promise: 'D6',
    name: 'the refusal of the cancel reaches nobody',
    bare: missing,
    async run(stage) {
      const made = await stage.speaking({ ...endless, forgets: true });
      stage.reported(await stage.within(stage.disconnect(made), 'disconnect()'), 'graceful');
      assert.deepEqual(stage.errors, []);
      assert.ok(!stage.events.includes('error'));
    },
  },
  {
    id: 'queue-is-not-sent',
    promise: 'D4',
    name: "disconnect() drops what waits in the SDK's own queue",
    bare: missing,
    concerns: ({ version }) => version === '0.20.0',
    async run(stage) {
      const made = await stage.speaking(endless);
      stage.ask(made);
      await stage.within(stage.disconnect(made), 'disconnect()');
      await stage.gone();
      assert.equal(stage.sent('response.create').length, 1);
    },
  },
  {
    id: 'drain-finishes-the-queue',
    promise: 'D1',
    name: "disconnect({ drain }) waits for what waits in the SDK's own queue",
    bare: missing,
    async run(stage) {
      const made = await stage.speaking({ chunks: 10, interval: 5 });
      // Older versions send it at once, and are refused.
      if (stage.cell.version === '0.20.0') stage.ask(made);
      const report = await stage.within(stage.disconnect(made, { drain: 3000 }), 'disconnect()');
      assert.equal(report.outcome, 'graceful');
      assert.equal(stage.heard('response.done'), stage.sent('response.create').length);
      assert.equal(stage.sent('response.create').length, stage.cell.version === '0.20.0' ? 2 : 1);
      assert.deepEqual(stage.errors, []);
    },
  },
  {
    id: 'two-closes',
    promise: 'D5',
    name: 'close() of a session and of its transport are one, and both are bounded',
    bare: { fails: /^the client to be CLOSED: not within/ },
    async run(stage) {
      const made = await stage.open({ onClose: 'ignore' });
      const closing = [made.close(), transportOf(made).close()];
      await stage.gone();
      const [one, other] = (await Promise.all(closing)) as DisconnectReport[];
      if (stage.cell.delivery !== 'bare') assert.equal(one, other, 'both get one report');
      stage.reported(stage.cell.delivery === 'bare' ? undefined : one, 'forced');
    },
  },
  {
    id: 'session-is-its-transport',
    promise: 'D1',
    name: 'connected and disconnect() of a session are those of its transport',
    bare: missing,
    concerns: isSession,
    async run(stage) {
      const made = stage.own(await stage.open());
      const transport = stage.own(transportOf(made));
      assert.deepEqual([made.connected, transport.connected], [true, true]);
      assert.equal(made.disconnect(), transport.disconnect());
      assert.deepEqual([made.connected, transport.connected], [false, false]);
      await stage.gone();
    },
  },
];
