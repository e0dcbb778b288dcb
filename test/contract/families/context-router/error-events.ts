import assert from 'node:assert/strict';
import { silent } from '../../defects.ts';
import { type Scenario, speech } from './stage.ts';

const withContext = { fault: { kind: 'error-event', withContext: true }, faultAfter: 1 } as const;
const without = { fault: { kind: 'error-event', withContext: false }, faultAfter: 1, done: false } as const;
const unheard = { crashes: /To resolve these unhandled rejection errors|injected error/ } as const;

/** The provider's own `error` events. */
export const errorEvents: readonly Scenario[] = [
  ...[true, false].map(
    (listen): Scenario => ({
      id: `named-error-ends-receive${listen ? '' : '-unheard'}`,
      promise: 'D10',
      name: `an error event for a context ends receive() with it (${listen ? 'error listener' : 'no listener'})`,
      bare: listen ? 'passes' : unheard,
      async run(stage) {
        const ws = await stage.open(withContext, { listen });
        const stream = await stage.speak(ws, 'a');
        const error = await stage.endsWith(stream);
        assert.match(error.message, /injected error/);
        assert.equal(stream.events.at(-1)?.type, 'error');
        assert.equal(stage.heard.length, listen ? 1 : 0);
        await stage.stillWorks(ws);
      },
    }),
  ),
  ...[true, false].map(
    (listen): Scenario => ({
      id: `named-error-ends-generate${listen ? '' : '-unheard'}`,
      promise: 'D10',
      name: `an error event for a context ends generate() with it (${listen ? 'error listener' : 'no listener'})`,
      bare: listen ? 'passes' : unheard,
      async run(stage) {
        const ws = await stage.open(withContext, { listen });
        const stream = stage.consume(ws.generate({ ...speech, transcript: 'hello', context_id: 'g' }));
        const error = await stage.endsWith(stream);
        assert.match(error.message, /injected error/);
        assert.equal(stream.events.at(-1)?.type, 'error');
        await stage.stillWorks(ws);
      },
    }),
  ),
  {
    id: 'nameless-error-ends-the-only-receive',
    promise: 'D10',
    name: 'an error event without a context ends the only open receive()',
    bare: silent,
    async run(stage) {
      const ws = await stage.open(without);
      const stream = await stage.speak(ws, 'a');
      const error = await stage.endsWith(stream);
      assert.match(error.message, /injected error/);
      assert.equal(stream.events.at(-1)?.type, 'error');
      assert.equal(stage.heard.length, 1);
    },
  },
  {
    id: 'nameless-error-unheard',
    promise: 'D10',
    name: 'an error event without a context and without a listener does not crash',
    bare: unheard,
    async run(stage) {
      const ws = await stage.open(without, { listen: false });
      await stage.endsWith(await stage.speak(ws, 'a'));
      await stage.stillWorks(ws);
    },
  },
  {
    id: 'nameless-error-ends-the-only-generate',
    promise: 'D10',
    name: 'an error event without a context ends the only open generate()',
    bare: 'passes',
    async run(stage) {
      const ws = await stage.open(without);
      const error = await stage.endsWith(
        stage.consume(ws.generate({ ...speech, transcript: 'hello', context_id: 'g' })),
      );
      assert.match(error.message, /injected error/);
    },
  },
  {
    id: 'nameless-error-ends-none-of-two',
    promise: 'D10',
    name: 'an error event without a context ends none of two open streams',
    bare: 'passes',
    async run(stage) {
      const ws = await stage.open();
      const streams = [await stage.speak(ws, 'a'), await stage.speak(ws, 'b')];
      await Promise.all(streams.map((stream) => stream.chunks(3)));
      stage.server.inflict({ kind: 'error-event', withContext: false });
      for (const stream of streams) {
        await stream.context.no_more_inputs();
        await stage.endsQuietly(stream);
        assert.equal(stream.events.at(-1)?.type, 'done');
      }
      assert.equal(stage.heard.length, 1);
    },
  },
  {
    id: 'error-scrubbed',
    promise: 'D13',
    name: 'error events do not put the API key into the error',
    bare: silent,
    async run(stage) {
      const message = 'invalid key sk_car_TESTKEYdonotprint';
      const ws = await stage.open({ fault: { kind: 'close', code: 1008, reason: message }, faultAfter: 1 });
      const error = await stage.endsWith(await stage.speak(ws, 'a'));
      assert.doesNotMatch(`${error.stack}`, /TESTKEY/);
    },
  },
];
