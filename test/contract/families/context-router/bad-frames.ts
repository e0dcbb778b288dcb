import assert from 'node:assert/strict';
import type { Fault } from '../../../support/voice-server.ts';
import type { SocketCell } from '../../driver.ts';
import { slug } from '../../play.ts';
import { type Scenario, speech } from './stage.ts';

const json = (value: object | null): Fault => ({ kind: 'text', data: JSON.stringify(value) });
const malformed: Fault = { kind: 'text', data: '{"type":"chunk","context_id":"$CTX", not json' };

/** Frames that name no context: they end the only open stream, and the process and the connection live on. */
const nameless: readonly [name: string, fault: Fault, crash: RegExp][] = [
  ['malformed JSON', malformed, /could not parse websocket event/],
  ['a binary frame', { kind: 'binary', bytes: 16 }, /could not parse websocket event/],
];

/** 3.0.0 decodes nothing where there is no data, and looks for `context_id` in numbers. */
const is300 = ({ version }: SocketCell) => version === '3.0.0';
const isLater = (cell: SocketCell) => !is300(cell);

/** Frames that name a context: they end that context's consumer alone. */
const named: readonly [name: string, fault: Fault, crash: RegExp, concerns?: Scenario['concerns']][] = [
  [
    'a chunk whose data is a number',
    json({ type: 'chunk', context_id: '$CTX', data: 5, done: false }),
    /must be of type string/,
  ],
  ['a chunk without data', json({ type: 'chunk', context_id: '$CTX', done: false }), /must be of type string/, isLater],
];

/** Frames that mean nothing: the stream goes on. */
const meaningless: readonly [name: string, fault: Fault, bare: Scenario['bare'], concerns?: Scenario['concerns']][] = [
  ['null', json(null), 'passes'],
  ['a JSON number', { kind: 'text', data: '42' }, 'passes', isLater],
  ['a JSON string', { kind: 'text', data: '"chunk"' }, 'passes', isLater],
  ['a number where 3.0.0 looks for a context', { kind: 'text', data: '42' }, { crashes: /'in' operator/ }, is300],
  ['a string where 3.0.0 looks for a context', { kind: 'text', data: '"a"' }, { crashes: /'in' operator/ }, is300],
  ['a chunk without data (3.0.0)', json({ type: 'chunk', context_id: 'nobody', done: false }), 'passes', is300],
  ['an empty array', { kind: 'text', data: '[]' }, 'passes'],
  ['an unknown type', json({ type: 'novelty', context_id: 'nobody' }), 'passes'],
  ['the type "__proto__"', json({ type: '__proto__', context_id: 'nobody' }), { crashes: /filter is not a function/ }],
];

/** D10: nothing the peer sends ends the process. All of it without an `error` listener. */
export const badFrames: readonly Scenario[] = [
  ...nameless.map(
    ([name, fault, crash]): Scenario => ({
      id: `${slug(name)}-ends-the-only-stream`,
      promise: 'D10',
      name: `${name} ends the only open stream, and the connection goes on`,
      bare: { crashes: crash },
      async run(stage) {
        const ws = await stage.open({ fault, faultAfter: 1, chunks: 2, done: false }, { listen: false });
        await stage.endsWith(await stage.speak(ws, 'a'));
        await stage.stillWorks(ws);
      },
    }),
  ),
  ...nameless.map(
    ([name, fault, crash]): Scenario => ({
      id: `${slug(name)}-ends-the-only-generate`,
      promise: 'D10',
      name: `${name} ends the only open generate()`,
      bare: { crashes: crash },
      async run(stage) {
        const ws = await stage.open({ fault, faultAfter: 1, chunks: 2, done: false }, { listen: false });
        await stage.endsWith(stage.consume(ws.generate({ ...speech, transcript: 'hello', context_id: 'g' })));
        await stage.stillWorks(ws);
      },
    }),
  ),
  ...nameless.map(
    ([name, fault, crash]): Scenario => ({
      id: `${slug(name)}-ends-none-of-two`,
      promise: 'D10',
      name: `${name} ends none of two open streams`,
      bare: { crashes: crash },
      async run(stage) {
        const ws = await stage.open({}, { listen: false });
        const streams = [await stage.speak(ws, 'a'), await stage.speak(ws, 'b')];
        await Promise.all(streams.map((stream) => stream.chunks(3)));
        stage.server.inflict(fault);
        for (const stream of streams) {
          await stream.context.no_more_inputs();
          await stage.endsQuietly(stream);
          assert.equal(stream.events.at(-1)?.type, 'done');
        }
      },
    }),
  ),
  ...named.map(
    ([name, fault, crash, concerns]): Scenario => ({
      concerns: concerns ?? (() => true),
      id: `${slug(name)}-ends-its-context`,
      promise: 'D10',
      name: `${name} ends the consumer of its context and no other`,
      bare: { crashes: crash },
      async run(stage) {
        const ws = await stage.open({ chunks: 20, interval: 3 }, { listen: false });
        const other = await stage.speak(ws, 'other');
        await other.context.no_more_inputs();
        const stream = await stage.speak(ws, 'a');
        await stream.chunks(1);
        stage.server.inflict(fault);
        await stage.endsWith(stream);
        await stage.endsQuietly(other);
        assert.equal(other.events.at(-1)?.type, 'done');
        await stage.stillWorks(ws);
      },
    }),
  ),
  ...named.map(
    ([name, fault, crash, concerns]): Scenario => ({
      concerns: concerns ?? (() => true),
      id: `${slug(name)}-ends-its-generate`,
      promise: 'D10',
      name: `${name} ends the generate() of its context`,
      bare: { crashes: crash },
      async run(stage) {
        const ws = await stage.open({ fault, faultAfter: 1, chunks: 3, done: false }, { listen: false });
        await stage.endsWith(stage.consume(ws.generate({ ...speech, transcript: 'hello', context_id: 'g' })));
        await stage.stillWorks(ws);
      },
    }),
  ),
  ...meaningless.map(
    ([name, fault, bare, concerns]): Scenario => ({
      concerns: concerns ?? (() => true),
      id: `${slug(name)}-changes-nothing`,
      promise: ['D10', 'D14'],
      name: `${name} changes nothing`,
      bare,
      async run(stage) {
        const ws = await stage.open({ fault, faultAfter: 1 }, { listen: false });
        const stream = await stage.speak(ws, 'a');
        await stream.context.no_more_inputs();
        await stage.endsQuietly(stream);
        assert.deepEqual(
          stream.events.map((event) => event.type),
          ['chunk', 'chunk', 'chunk', 'done'],
        );
      },
    }),
  ),
  {
    id: 'json-number-in-generate',
    promise: 'D10',
    name: 'a JSON number does not crash generate()',
    bare: { crashes: /'in' operator/ },
    async run(stage) {
      const ws = await stage.open({ fault: { kind: 'text', data: '42' }, faultAfter: 1 }, { listen: false });
      const stream = stage.consume(ws.generate({ ...speech, transcript: 'hello', context_id: 'g' }));
      await stage.within(stream.ended, 'the end of generate()');
      await stage.stillWorks(ws);
    },
  },
  {
    id: 'proto-with-a-listener',
    promise: 'D10',
    name: 'the type "__proto__" on an open context does not crash, even with an error listener',
    bare: { crashes: /filter is not a function/ },
    async run(stage) {
      const fault = json({ type: '__proto__', context_id: '$CTX' });
      const ws = await stage.open({ fault, faultAfter: 1 });
      const stream = await stage.speak(ws, 'a');
      await stream.context.no_more_inputs();
      await stage.within(stream.ended, 'the end of the loop');
      await stage.stillWorks(ws);
    },
  },
  {
    id: 'listeners-still-hear',
    promise: ['D10', 'D14'],
    name: 'error listeners still hear of a frame that cannot be parsed, as they do today',
    bare: 'passes',
    async run(stage) {
      const ws = await stage.open({ fault: malformed, faultAfter: 1, chunks: 2, done: false });
      const stream = await stage.speak(ws, 'a');
      await stage.until(() => stage.heard.length > 0, 'the listener');
      assert.match(stage.heard[0]!.message, /could not parse websocket event/);
      assert.equal(stage.heard.length, 1);
      await stream.context.cancel();
    },
  },
];
