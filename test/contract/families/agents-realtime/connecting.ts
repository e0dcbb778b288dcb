import assert from 'node:assert/strict';
import { WebSocket } from 'ws';
import { isMended, optionsFor } from '../../drivers/agents-realtime.ts';
import { apiKey } from '../../stage.ts';
import { type AgentsScenario, type AgentsStage, isSession } from './stage.ts';

const dials = { fails: /the server has seen \d+ connections/ };
const unsettled = { fails: /^connect\(\): not within/ };

/** A value that comes when it is told to. */
function later<T>(value: T) {
  let come = () => {};
  const promise = new Promise<T>((resolve) => {
    come = () => resolve(value);
  });
  return { get: () => promise, come };
}

/** Things that `connect()` waits for before it dials. */
const waits: readonly [id: string, name: string, concerns: AgentsScenario['concerns']][] = [
  ['key', 'the API key', () => true],
  ['agent', 'the instructions of the agent', isSession],
];

/** An attempt that waits, and what ends the wait. */
function waiting(stage: AgentsStage, id: string, overlay = {}) {
  const key = later(apiKey);
  const instructions = later('Be brief.');
  const made = stage.make({ overlay, ...(id === 'agent' && { instructions: instructions.get }) });
  const connecting = stage.connect(made, id === 'key' ? key.get : undefined);
  return { made, connecting, come: id === 'key' ? key.come : instructions.come };
}

/** D4, D5, D9: the handshake, and the time before it. */
export const connecting: readonly AgentsScenario[] = [
  ...waits.flatMap(([id, name, concerns]): AgentsScenario[] => [
    {
      id: `ended-while-${id}`,
      promise: ['D4', 'D9'],
      name: `disconnect() while connect() waits for ${name}: it rejects, and nothing is dialled`,
      bare: (cell) => (isMended(cell) ? { fails: /did not fail|failed with another error/ } : dials),
      concerns: concerns!,
      async run(stage) {
        await stage.serve();
        const { made, connecting, come } = waiting(stage, id);
        await stage.shutDown(made, () => made.close());
        come();
        await stage.dialled(0);
        await stage.fails(() => connecting, 'connect()', 'ERR_DISCONNECTED');
      },
    },
    {
      id: `late-${id}`,
      promise: 'D9',
      name: `connectTimeout bounds the wait for ${name}, and nothing is dialled later`,
      bare: unsettled,
      concerns: concerns!,
      async run(stage) {
        await stage.serve();
        const { connecting, come } = waiting(stage, id, { connectTimeout: 100 });
        await stage.fails(() => connecting, 'connect()', 'ERR_CONNECT_TIMEOUT');
        come();
        await stage.dialled(0);
      },
    },
    {
      id: `again-while-${id}`,
      promise: 'D4',
      name: `connect() again while an ended one still waits for ${name} dials once`,
      bare: 'has no such call',
      concerns: concerns!,
      async run(stage) {
        await stage.serve();
        const { made, connecting, come } = waiting(stage, id);
        await stage.within(stage.disconnect(made), 'disconnect()');
        await stage.fails(() => connecting, 'connect()', 'ERR_DISCONNECTED');
        const again = stage.connect(made);
        come();
        await stage.within(again, 'connect()');
        await stage.goesOn(made);
        await stage.dialled(1);
      },
    },
  ]),
  {
    id: 'failed-handshake-told-once',
    promise: ['D9', 'D13'],
    name: 'a failed handshake rejects connect() with an Error, and listeners hear of the same one',
    bare: { fails: /an error of the provider, not an Error|instanceof/ },
    async run(stage) {
      await stage.serve({ greeting: 'upgrade-401' });
      const made = stage.make();
      const error = await stage.fails(() => stage.connect(made), 'connect()');
      assert.ok(error instanceof Error, 'it is instanceof Error');
      assert.match(error.message, /401/);
      assert.equal(await stage.toldOnce(), error);
    },
  },
  {
    id: 'already-connected',
    promise: 'D14',
    name: 'a second connect() has the outcome that it has without hangup, and the connection goes on',
    bare: 'passes',
    async run(stage) {
      const made = await stage.open();
      const updates = () => stage.sent('session.update').length;
      const before = updates();
      const again = () => stage.connect(made);
      if (isMended(stage.cell)) {
        const error = await stage.fails(again, 'the second connect()');
        assert.match(error.message, /already connected/);
      } else {
        await stage.resolves(again, 'the second connect()');
        await stage.until(() => updates() > before, 'the configuration once more');
      }
      await stage.goesOn(made);
      await stage.dialled(1);
    },
  },
  {
    id: 'connect-twice-at-once',
    promise: ['D9', 'D14'],
    name: 'connect() of a session twice at the same time: both resolve, and one connection goes on',
    bare: 'passes',
    // Older versions reject the second call, which sends on a socket that is not open.
    concerns: (cell) => isSession(cell) && isMended(cell),
    async run(stage) {
      await stage.serve();
      const made = stage.make();
      const calls = [stage.connect(made), stage.connect(made)];
      await stage.resolves(() => Promise.all(calls), 'connect() twice');
      await stage.goesOn(made);
      await stage.dialled(1);
    },
  },
  {
    id: 'ended-while-connecting-twice',
    promise: ['D4', 'D9'],
    name: 'disconnect() while two calls of connect() wait: both reject',
    bare: { fails: /did not fail|failed with another error/ },
    concerns: (cell) => isSession(cell) && isMended(cell),
    async run(stage) {
      await stage.serve();
      const instructions = later('Be brief.');
      const made = stage.make({ instructions: instructions.get });
      const calls = [stage.connect(made), stage.connect(made)];
      await stage.shutDown(made, () => made.close());
      for (const call of calls) await stage.fails(() => call, 'connect()', 'ERR_DISCONNECTED');
      instructions.come();
      await stage.dialled(0);
    },
  },
  ...(['createWebSocket', 'a late createWebSocket'] as const).map(
    (name, index): AgentsScenario => ({
      id: `own-socket${index === 0 ? '' : '-late'}`,
      promise: ['D1', 'D5'],
      name: `the SDK's own close() ends a socket of ${name} that the peer does not close`,
      bare: { fails: /^the client to be CLOSED: not within/ },
      // It is there from 0.1.11 on. From 0.14 on, the SDK closes a late socket by itself, and shows it to nobody.
      concerns: ({ version }) => version === '0.8.0' || (version === '0.20.0' && index === 0),
      async run(stage) {
        await stage.serve({ onClose: 'ignore' });
        const socket = new WebSocket(optionsFor(stage.server).url);
        socket.on('error', () => {});
        const own = later(socket);
        let asked = false;
        const createWebSocket = () => {
          asked = true;
          return own.get();
        };
        const made = stage.make({ transport: { createWebSocket } });
        const connecting = stage.connect(made);
        await stage.ready(() => asked && socket.readyState === WebSocket.OPEN, 'the handshake');
        if (index === 0) own.come();
        if (index === 0) await stage.ready(() => stage.events.includes('connecting'), 'the SDK to have the socket');
        const closing = made.close();
        own.come();
        await stage.until(() => socket.readyState === WebSocket.CLOSED, 'the client to be CLOSED');
        await closing;
        connecting.catch(() => {});
      },
    }),
  ),
];
