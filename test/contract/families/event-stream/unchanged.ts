import assert from 'node:assert/strict';
import { apiKey } from '../../stage.ts';
import { type StreamScenario, typesOf } from './stage.ts';

const expected = {
  auto: [
    'connecting',
    'open',
    'connected',
    'turn.start',
    'turn.update',
    'turn.update',
    'turn.update',
    'turn.end',
    'close',
  ],
  manual: ['connecting', 'open', 'transcript', 'transcript', 'transcript', 'flush_done', 'done', 'close'],
};

/** D13, D14: without a fault everything is as it was, and no key is where it can be logged. */
export const unchanged: readonly StreamScenario[] = [
  {
    id: 'session',
    promise: 'D14',
    name: 'a session: the same items in the same order, the same frames, the same close',
    bare: 'passes',
    async run(stage) {
      await stage.serve();
      const ws = stage.transcribe();
      const reader = stage.read(ws);
      const emitted: string[] = [];
      for (const type of ['event', 'turn.end', 'flush_done', 'close']) ws.on(type, () => emitted.push(type));
      stage.say(ws);
      await stage.until(() => /turn.end|flush_done/.test(typesOf(reader).at(-1) ?? ''), 'the transcript');
      ws.send(stage.mode === 'auto' ? { type: 'close' } : 'close');
      await stage.closes(reader);
      assert.deepEqual(typesOf(reader), expected[stage.mode]);
      assert.equal(emitted.at(-1), 'close');
      assert.equal(emitted.filter((type) => type === 'event').length, expected[stage.mode].length - 3);
      const frames = stage.mode === 'auto' ? ['{"type":"close"}'] : ['finalize', 'close'];
      assert.deepEqual(stage.server.seen.connections[0]!.frames, frames);
      assert.deepEqual(stage.server.seen.connections[0]!.close, undefined);
    },
  },
  {
    id: 'key-in-a-header',
    promise: 'D13',
    name: 'the key is in a header and not in the URL, and the version with it',
    bare: 'passes',
    async run(stage) {
      const ws = await stage.live();
      const { url, headers } = stage.server.seen.connections[0]!.upgrade!;
      assert.doesNotMatch(url, /key|token|version/);
      assert.doesNotMatch(String(ws.url), /TESTKEY/);
      assert.equal(headers.authorization, `Bearer ${apiKey}`);
      assert.match(String(headers['cartesia-version']), /^\d{4}-\d\d-\d\d$/);
      assert.equal(typeof ws.socket.platformSocket.terminate, 'function', 'a socket of ws');
    },
  },
  {
    id: 'globals-are-left-alone',
    promise: 'D14',
    name: 'globalThis.WebSocket and setTimeout are left as they were',
    bare: 'passes',
    async run(stage) {
      const ownOf = () =>
        ['WebSocket', 'setTimeout'].map((key) => Object.getOwnPropertyDescriptor(globalThis, key)?.value);
      const before = ownOf();
      const ws = await stage.live({}, { reconnect: { onReconnecting: () => {}, initialDelay: 10 } });
      assert.deepEqual(ownOf(), before);
      const reader = stage.read(ws);
      stage.server.inflict({ kind: 'close', code: 1011 });
      await stage.until(() => typesOf(reader).includes('reconnected'), 'the reconnect');
      assert.deepEqual(ownOf(), before);
    },
  },
];
