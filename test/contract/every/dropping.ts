import assert from 'node:assert/strict';
import { type Fault, hugeFrame, reservedOpcodeFrame } from '../../support/voice-server.ts';
import { silent } from '../defects.ts';
import { driverOf } from '../drivers/index.ts';
import { slug } from '../play.ts';
import { endless } from '../stage.ts';
import type { LineScenario, LineStage } from './stage.ts';

const hugeDrop = 'a frame of 120 MB';

/** Faults that end the connection from the other side, with the close code that the client must report. */
const drops: readonly [name: string, fault: Fault, closeCode?: number][] = [
  ['close 1000', { kind: 'close', code: 1000 }, 1000],
  ['close 1001', { kind: 'close', code: 1001 }, 1001],
  ['a close frame without a code', { kind: 'close', code: 1005 }, 1005],
  ['close 1011', { kind: 'close', code: 1011, reason: 'server error' }, 1011],
  ['a TCP reset', { kind: 'reset' }, 1006],
  ['a TCP FIN', { kind: 'fin' }, 1006],
  ['a frame with a reserved opcode', { kind: 'raw', bytes: reservedOpcodeFrame }],
  [hugeDrop, { kind: 'raw', bytes: hugeFrame }],
];

/** The stream ends like a finished one, or never. */
const lost = { fails: /^the stream ended without an error|^the end of the stream: not within/ };

/** After a drop the SDK may dial again, if that is its way; after `disconnect()` it may not. */
async function staysAway(stage: LineStage): Promise<void> {
  if (!stage.traits.reconnects) return stage.dialled(1);
  const dialled = stage.server.seen.connections.length;
  await stage.settle();
  // A dial that was under way when the end began may reach the server a moment later.
  assert.ok(stage.server.seen.connections.length <= dialled + 1, 'dialled after the end');
  await stage.serverSeesTheEnd();
}

/** D7, D12: the peer ends the connection. */
export const dropping: readonly LineScenario[] = [
  ...drops.map(
    ([name, fault, closeCode]): LineScenario => ({
      id: `${slug(name)}-mid-stream`,
      promise: ['D7', 'D12'],
      name: `${name} in the middle of a stream ends it, with the cause`,
      bare: lost,
      concerns: (cell) => name !== hugeDrop || driverOf(cell).takesHugeFrames?.(cell) !== true,
      async run(stage) {
        const line = await stage.open((connection) => (connection === 0 ? { ...endless, done: false } : {}));
        const stream = await stage.stream(line, 3);
        stage.server.inflict(fault);
        await stage.isCut(stream, closeCode);
        await stage.hangUp(line);
        await stage.isGone(line);
        await staysAway(stage);
      },
    }),
  ),
  ...drops.slice(0, 6).map(
    ([name, fault]): LineScenario => ({
      id: `${slug(name)}-while-idle`,
      promise: ['D3', 'D12'],
      name: `${name} while idle, then disconnect()`,
      bare: 'passes',
      async run(stage) {
        const line = await stage.open();
        stage.server.inflict(fault);
        await stage.ready(() => stage.server.seen.connections[0]!.ended, 'the server to see the end');
        await stage.hangUp(line);
        await stage.isGone(line);
        await staysAway(stage);
      },
    }),
  ),
  {
    id: 'drop-before-the-first-chunk',
    promise: 'D7',
    name: 'a drop before the first chunk ends the stream, with the cause',
    bare: lost,
    async run(stage) {
      const line = await stage.open((n) => (n === 0 ? { fault: { kind: 'close', code: 1011 } } : {}));
      await stage.isCut(line.speak('a'), 1011);
      await stage.hangUp(line);
      await stage.isGone(line);
    },
  },
  {
    id: 'told-once',
    promise: 'D7',
    name: 'error listeners hear of one drop once',
    bare: 'passes',
    concerns: (cell) => driverOf(cell).listeners.includes('error'),
    async run(stage) {
      const line = await stage.open((n) => (n === 0 ? { ...endless, done: false } : {}));
      const stream = await stage.stream(line);
      stage.server.inflict({ kind: 'close', code: 1011, reason: 'overloaded' });
      await stage.within(stream.ended, 'the end of the stream');
      await stage.settle();
      assert.ok(line.heard.length <= 1, `heard ${line.heard.length} errors: ${line.heard}`);
      await stage.hangUp(line);
      assert.ok(line.heard.length <= 1, 'an end that the user asked for is no error');
    },
  },
  {
    id: 'drop-after-the-end',
    promise: 'D7',
    name: 'a drop after the stream was finished changes nothing for it',
    bare: 'passes',
    async run(stage) {
      const line = await stage.open();
      const stream = await stage.stream(line, 3);
      await stage.endsQuietly(stream);
      stage.server.inflict({ kind: 'close', code: 1011 });
      await stage.ready(() => stage.server.seen.connections[0]!.ended, 'the server to see the end');
      await stage.hangUp(line);
      await stage.isGone(line);
    },
  },
  {
    id: 'close-frame-and-hang',
    promise: 'D7',
    name: 'a peer that sends its close frame and hangs ends the stream at once',
    bare: silent,
    concerns: (cell) => driverOf(cell).isNative?.(cell) !== true,
    async run(stage) {
      const line = await stage.open((n) => (n === 0 ? endless : {}));
      const stream = await stage.stream(line);
      stage.server.inflict({ kind: 'close-and-hang', code: 1001 });
      await stage.isCut(stream, 1001);
      await stage.hangUp(line, { timeout: 120 });
      await stage.isGone(line);
    },
  },
  {
    id: 'close-reason-scrubbed',
    promise: 'D13',
    name: 'close reasons are scrubbed',
    bare: lost,
    concerns: (cell) => driverOf(cell).traits.told !== 'closes',
    async run(stage) {
      const reason = `bad key sk_car_TESTKEYdonotprint ${'x'.repeat(80)}`;
      const line = await stage.open((n) =>
        n === 0 ? { fault: { kind: 'close', code: 1008, reason }, faultAfter: 1 } : {},
      );
      const error = await stage.endsWith(line.speak('a'), 'ERR_STREAM_ENDED');
      assert.match(String(error.closeReason), /^bad key /);
      assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)} ${error.cause}`, /TESTKEY/);
    },
  },
];
