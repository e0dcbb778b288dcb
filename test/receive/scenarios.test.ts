/** The ways in which a receive loop ends, with a ReceiveQueue, and with the bare queue that most apps write: that one fails. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createWebSocketStream, WebSocket, WebSocketServer } from 'ws';
import { isStreamEnded } from '../../core/errors.ts';
import { ReceiveQueue, type StreamEndedError } from '../../receive/index.ts';

/** Longer than everything that happens at once. */
const patience = 250;

interface Inbox {
  /** The background loop. */
  run(source: AsyncIterable<string>, signal?: AbortSignal): void;
  receive(): Promise<string>;
  drain(): Promise<{ items: string[]; endedBy: string }>;
}

const withQueue = (): Inbox => {
  const queue = new ReceiveQueue<string>({ timeout: 10_000 });
  return {
    run: (source, signal) => void queue.pump(source, signal && { signal }),
    receive: () => queue.receive(),
    drain: () => queue.drain({ silence: patience }),
  };
};

/** The loop swallows its end, and the consumers wait for their timeout. */
const bare = (): Inbox => {
  const items: string[] = [];
  const waiting: ((item: string) => void)[] = [];
  const receive = async (): Promise<string> => {
    if (items.length > 0) return items.shift()!;
    const item = new Promise<string>((resolve) => waiting.push(resolve));
    return Promise.race([item, sleep(patience).then(() => Promise.reject(new Error()))]);
  };
  const run = async (source: AsyncIterable<string>, signal?: AbortSignal) => {
    try {
      for await (const item of source) {
        if (signal?.aborted) return;
        const waiter = waiting.shift();
        if (waiter) waiter(item);
        else items.push(item);
      }
    } catch {
      // "The receive loop crashed", says the log.
    }
  };
  const drain = async () => {
    const turn = [await receive()];
    for (;;) {
      try {
        turn.push(await receive());
      } catch {
        return { items: turn, endedBy: 'silence' };
      }
    }
  };
  return { run: (source, signal) => void run(source, signal), receive, drain };
};

async function endOf(promise: Promise<unknown>): Promise<StreamEndedError> {
  const error: unknown = await promise.then(
    () => assert.fail('it resolved'),
    (error) => error,
  );
  assert(isStreamEnded(error), 'the timeout does not say why the loop has ended');
  return error;
}

const crash = new TypeError('pipeline error');
async function* source(items: string[], end?: Error | Promise<never>) {
  yield* items;
  if (end instanceof Error) throw end;
  await end;
}

const scenarios: [string, (inbox: Inbox) => Promise<void>][] = [
  [
    'the loop crashes: the crash is the cause',
    async (inbox) => {
      inbox.run(source([], crash));
      assert.equal((await endOf(inbox.receive())).cause, crash);
    },
  ],
  [
    'the peer closes before audio',
    async (inbox) => {
      inbox.run(source([]));
      const error = await endOf(inbox.receive());
      assert.match(error.message, /hung up.*closed/);
      assert.equal(error.cause, undefined);
    },
  ],
  [
    'audio, then a close: turn 1 returns, turns 2 and 3 fail',
    async (inbox) => {
      inbox.run(source(['audio']));
      assert.equal(await inbox.receive(), 'audio');
      assert.equal(await endOf(inbox.receive()), await endOf(inbox.receive()));
    },
  ],
  [
    'the loop is stopped',
    async (inbox) => {
      const controller = new AbortController();
      inbox.run(source([], new Promise(() => {})), controller.signal);
      const waiting = inbox.receive();
      controller.abort();
      assert.match((await endOf(waiting)).message, /stopped/);
    },
  ],
  [
    'a real socket closes after turn 1',
    async (inbox) => {
      const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
      server.on('connection', (peer) => {
        peer.send('audio');
        peer.close(1000);
      });
      await once(server, 'listening');
      const ws = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
      const messages = (async function* () {
        for await (const data of createWebSocketStream(ws, { encoding: 'utf8' })) yield data as string;
      })();
      inbox.run(messages);
      try {
        assert.equal(await inbox.receive(), 'audio');
        await endOf(inbox.receive());
      } finally {
        server.close();
      }
    },
  ],
  [
    'a turn whose first chunk never comes fails with the end',
    async (inbox) => {
      const turn = inbox.drain();
      inbox.run(source([], crash));
      assert.equal((await endOf(turn)).cause, crash);
    },
  ],
  [
    'the end after the first chunk ends the turn',
    async (inbox) => {
      inbox.run(source(['a', 'b'], crash));
      assert.deepEqual(await inbox.drain(), { items: ['a', 'b'], endedBy: 'stream' });
    },
  ],
];

describe.concurrent.each(scenarios)('%s', (_name, play) => {
  test('with a ReceiveQueue', () => play(withQueue()));

  test('the bare queue fails', () => expect(play(bare())).rejects.toThrow(/does not say why|'silence'/));
});
