import assert from 'node:assert/strict';
import { createHook } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { startHttpServer } from '../../../support/http-server.ts';
import { missing } from '../../defects.ts';
import type { Conversation } from '../../drivers/conversation.ts';
import { slug } from '../../play.ts';
import { type ConversationScenario, type ConversationStage, signing } from './stage.ts';

const ends: readonly [
  id: string,
  name: string,
  end: (stage: ConversationStage, conversation: Conversation) => unknown,
][] = [
  ['end-session', "the SDK's own endSession()", (_stage, conversation) => conversation.endSession()],
  ['disconnect', 'disconnect()', (stage, one) => stage.shutDown(one, () => one.endSession())],
  ['force', 'disconnect(true)', (stage, one) => stage.shutDown(one, () => one.endSession(), true)],
];

/** An address that comes when it is told to. */
function gate(stage: ConversationStage) {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const conversationClient = signing(async () => {
    await opened;
    return stage.signedUrl;
  });
  return { open, options: { conversationClient } };
}

/** The timers of minutes in this process. The SDK sets one for each request, which holds the process until it is cleared. */
class LongTimers {
  count = 0;
  readonly #left = new Set<number>();
  readonly #hook = createHook({
    init: (id, type, _trigger, timer: { _idleTimeout?: number }) => {
      if (type !== 'Timeout' || (timer._idleTimeout ?? 0) < 200_000) return;
      this.count++;
      this.#left.add(id);
    },
    destroy: (id) => void this.#left.delete(id),
  }).enable();

  get left(): number {
    return this.#left.size;
  }

  restore(): void {
    this.#hook.disable();
  }
}

/** A socket of a factory of the app's, with no more than the SDK needs. */
class LeastSocket extends EventEmitter {
  readyState = 1;
  readonly sent: string[] = [];

  send(data: string): void {
    this.sent.push(data);
  }

  close(): void {
    this.readyState = 3;
    this.emit('close', 1000, Buffer.from(''));
  }
}

/** D3, D4, D9: a session is started, or not. */
export const starting: readonly ConversationScenario[] = [
  ...ends.map(
    ([id, name, end]): ConversationScenario => ({
      id: `${id}-while-the-address-is-fetched`,
      promise: ['D3', 'D4'],
      name: `${name} while the signed address is fetched: nothing is dialled afterwards`,
      bare: { fails: /the server has seen 1 connections/ },
      async run(stage) {
        await stage.serve();
        const { open, options } = gate(stage);
        const conversation = stage.make({ options });
        const starting = conversation.startSession();
        starting.catch(() => {});
        await stage.within(Promise.resolve(end(stage, conversation)), name);
        open();
        await stage.dialled(0);
        await stage.fails(() => starting, 'startSession()', 'ERR_DISCONNECTED');
      },
    }),
  ),
  {
    id: 'late-start',
    promise: 'D4',
    name: "startSession() after the SDK's own endSession() rejects, and dials nothing",
    bare: { fails: /the server has seen 2 connections/ },
    async run(stage) {
      const conversation = await stage.open();
      await stage.within(Promise.resolve(conversation.endSession()), 'endSession()');
      const starting = conversation.startSession();
      starting.catch(() => {});
      await stage.dialled(1);
      await stage.fails(() => starting, 'startSession()', 'ERR_DISCONNECTED');
    },
  },
  {
    id: 'two-starts',
    promise: 'D9',
    name: 'startSession() twice at the same time opens one connection',
    // The first socket to open sends on the other one.
    bare: { crashes: /WebSocket is not open/ },
    async run(stage) {
      await stage.serve();
      const conversation = stage.make();
      await stage.within(Promise.all([conversation.startSession(), conversation.startSession()]), 'startSession()');
      await stage.dialled(1);
    },
  },
  {
    id: 'already-started',
    promise: 'D14',
    name: 'startSession() of a session that goes on rejects',
    bare: 'passes',
    async run(stage) {
      const conversation = await stage.open();
      const error = await stage.fails(() => conversation.startSession(), 'startSession()');
      assert.match(error.message, /already started/);
      await stage.dialled(1);
    },
  },
  {
    id: 'start-again',
    promise: 'D9',
    name: 'a start that has failed leaves nothing behind: the next one works',
    bare: { fails: /^startSession\(\) rejected: Error: Session already started/ },
    async run(stage) {
      await stage.serve((connection) => (connection === 0 ? { greeting: 'upgrade-401' } : {}));
      const conversation = stage.make();
      await stage.fails(() => conversation.startSession(), 'startSession()');
      await stage.resolves(() => conversation.startSession(), 'startSession()');
      await stage.dialled(2);
    },
  },
  {
    id: 'sealed-before-its-start',
    promise: 'D3',
    name: 'startSession() of a session that is sealed rejects, as without hangup, and leaves no socket behind',
    bare: { fails: /^the server to see the end: not within/ },
    async run(stage) {
      await stage.serve();
      const conversation = Object.seal(stage.make());
      assert.equal((await stage.fails(() => conversation.startSession(), 'startSession()')).name, 'TypeError');
      await stage.settle();
      await stage.serverSeesTheEnd();
    },
  },
  {
    id: 'address-never-comes',
    promise: 'D9',
    name: 'connectTimeout bounds the wait for the address, too; nothing is dialled when it comes after all',
    bare: { fails: /^startSession\(\): not within/ },
    async run(stage) {
      await stage.serve();
      const { open, options } = gate(stage);
      const conversation = stage.make({ options, overlay: { connectTimeout: 100 } });
      const error = await stage.fails(() => conversation.startSession(), 'startSession()', 'ERR_CONNECT_TIMEOUT');
      assert.equal(error.timeout, 100);
      open();
      await stage.dialled(0);
    },
  },
  ...(['of the app', 'that the SDK makes by default'] as const).map(
    (whose): ConversationScenario => ({
      id: `request-for-the-address-by-a-client-${slug(whose)}`,
      promise: 'D3',
      name: `disconnect(true) ends the request for the address, by a client ${whose}, and leaves no timer`,
      bare: { fails: /^the server to see the end of the request: not within/ },
      async run(stage) {
        const http = await startHttpServer('no-headers', { plain: true });
        const timers = new LongTimers();
        try {
          await stage.serve();
          const client = await stage.client(http.url, whose === 'of the app' ? 'index' : 'Client');
          const conversation = stage.make({ options: { client, conversationClient: client } });
          const starting = conversation.startSession();
          starting.catch(() => {});
          await stage.ready(() => http.seen.requests.length > 0, 'the request');
          await stage.shutDown(conversation, () => conversation.endSession(), true);
          await stage.until(() => http.seen.open === 0, 'the server to see the end of the request');
          await stage.fails(() => starting, 'startSession()', 'ERR_DISCONNECTED');
          assert.ok(timers.count > 0, 'the request has a limit');
          await stage.until(() => timers.left === 0, 'the timer to be cleared');
        } finally {
          timers.restore();
          await http.close();
        }
      },
    }),
  ),
  {
    id: 'client-ends-its-conversations',
    promise: ['D1', 'D4'],
    name: 'disconnect() of its client ends a conversation, and refuses the next one',
    bare: missing,
    async run(stage) {
      await stage.serve();
      const client = await stage.client(stage.server.url);
      const conversation = stage.make({ options: { client } });
      await stage.prepared(conversation.startSession(), 'the session');
      const { members } = await stage.within(stage.disconnect(client), 'disconnect()');
      assert.deepEqual(
        members?.map(({ name, outcome }) => [name, outcome]),
        [['socket conversation', 'graceful']],
      );
      const next = stage.make({ options: { client } });
      await stage.fails(() => next.startSession(), 'startSession()', 'ERR_DISCONNECTED');
      await stage.dialled(1);
    },
  },
  {
    id: 'least-socket',
    promise: 'D14',
    name: 'a socket of a factory of the app, with no more than the SDK needs, works as before',
    bare: 'passes',
    async run(stage) {
      await stage.serve();
      const socket = new LeastSocket();
      const conversation = stage.make({ options: { webSocketFactory: { create: () => socket } } });
      const starting = conversation.startSession();
      setImmediate(() => socket.emit('open'));
      await stage.within(starting, 'startSession()');
      conversation.sendUserMessage('hello');
      assert.equal(socket.sent.length, 2);
      await stage.shutDown(conversation, () => conversation.endSession());
      await stage.until(() => socket.readyState === 3, 'the socket to be closed');
    },
  },
];
