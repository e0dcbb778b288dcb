import assert from 'node:assert/strict';
import type { Fault } from '../../support/voice-server.ts';
import type { SocketCell } from '../driver.ts';
import { driverOf } from '../drivers/index.ts';
import { type Bare, slug } from '../play.ts';
import { apiKey, endless } from '../stage.ts';
import type { LineScenario } from './stage.ts';

/** Frames that no SDK expects; the ones of a protocol are the driver's. */
const frames: readonly [name: string, fault: Fault][] = [
  ['malformed JSON', { kind: 'text', data: '{"type":"chunk","context_id":"$CTX", not json' }],
  ['null', { kind: 'text', data: 'null' }],
  ['a JSON number', { kind: 'text', data: '42' }],
  ['a JSON string', { kind: 'text', data: '"chunk"' }],
  ['a binary frame', { kind: 'binary', bytes: 16 }],
  ['the type "__proto__"', { kind: 'text', data: '{"type":"__proto__","context_id":"$CTX"}' }],
];

/** The behaviour of the bare SDK in another scenario, where it is not that of most. */
function bareOf(cell: SocketCell, id: string): Bare {
  const own = driverOf(cell).bare[id] ?? 'passes';
  return typeof own === 'function' ? own(cell) : own;
}

/** An error as a log shows it. */
function shown(error: unknown): string {
  if (!(error instanceof Error)) return String((error as { message?: unknown } | undefined)?.message);
  return `${error.stack} ${JSON.stringify(error)} ${shown(error.cause)}`;
}

/** The stream may end of it or go on; the process, the connection and what comes next must not mind. */
function survives(
  id: string,
  name: string,
  fault: (stage: Parameters<LineScenario['run']>[0]) => readonly Fault[],
): LineScenario {
  return {
    id,
    promise: 'D10',
    name: `${name} in the middle of a stream: the connection goes on`,
    bare: 'passes',
    async run(stage) {
      for (const one of fault(stage)) {
        const line = await stage.open({ ...endless, chunks: 12 }, { listen: false });
        const stream = await stage.stream(line, 1);
        stage.server.inflict(one);
        await stage.within(stream.ended, 'the end of the stream');
        await stage.stillWorks(line);
        await stage.hangUp(line);
        await stage.isGone(line);
        await stage.dialled(1);
      }
    },
  };
}

/** D10, D14: what the peer sends, well or badly. */
export const receiving: readonly LineScenario[] = [
  {
    id: 'whole-streams',
    promise: 'D14',
    name: 'a whole stream, and another one on the same connection',
    bare: 'passes',
    async run(stage) {
      const line = await stage.open();
      for (const contextId of ['a', 'b']) {
        const stream = await stage.stream(line, 3, contextId);
        await stage.endsQuietly(stream);
        assert.equal(stream.arrived, 3);
      }
      assert.deepEqual(line.heard, []);
      await stage.dialled(1);
    },
  },
  ...frames.map(([name, fault]) => survives(`frame-${slug(name)}`, name, () => [fault])),
  survives('look-alike-frames', "frames that only look like the provider's", ({ driver }) =>
    Object.values(driver.badFrames).map((data): Fault => ({ kind: 'text', data })),
  ),
  {
    id: 'secret-in-a-frame',
    promise: ['D10', 'D13'],
    name: 'a frame with a key in it that the SDK cannot read: no warning of hangup, and no error, has the key',
    bare: (cell) => bareOf(cell, 'frame-malformed-json'),
    async run(stage) {
      const warnings: string[] = [];
      const note = (warning: Error) => void warnings.push(`${warning.stack}`);
      process.on('warning', note);
      try {
        for (const listen of [true, false]) {
          const line = await stage.open({ ...endless, chunks: 12 }, { listen });
          const stream = await stage.stream(line, 1);
          stage.server.inflict({ kind: 'text', data: `{"type":"chunk","key":"${apiKey}" not json` });
          const error = await stage.within(stream.ended, 'the end of the stream');
          await stage.hangUp(line);
          await stage.isGone(line);
          for (const one of [error, ...line.heard]) assert.doesNotMatch(shown(one), /TESTKEY/);
        }
        await stage.settle();
        assert.doesNotMatch(warnings.join(), /TESTKEY/);
      } finally {
        process.off('warning', note);
      }
    },
  },
  ...[true, false].map(
    (withContext): LineScenario => ({
      id: `error-event-${withContext ? 'named' : 'nameless'}`,
      promise: 'D10',
      name: `an error event ${withContext ? 'for a context' : 'without a context'} ends the only stream; the connection goes on`,
      bare: { fails: /^the stream ended without an error|^the end of the stream: not within/ },
      concerns: (cell) => !driverOf(cell).traits.closesOnErrors,
      async run(stage) {
        const fault: Fault = { kind: 'error-event', withContext };
        const line = await stage.open({ ...endless, chunks: 3, done: false, fault, faultAfter: 2 }, { listen: false });
        await stage.endsWith(line.speak('a'));
        await stage.stillWorks(line);
        await stage.hangUp(line);
        await stage.isGone(line);
        await stage.dialled(1);
      },
    }),
  ),
];
