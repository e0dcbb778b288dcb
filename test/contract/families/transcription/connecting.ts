import assert from 'node:assert/strict';
import { missing } from '../../defects.ts';
import { apiKey } from '../../stage.ts';
import type { TranscriptionScenario } from './stage.ts';

/** D1, D4, D9: the client, and the connections that it opens. */
export const connecting: readonly TranscriptionScenario[] = [
  {
    id: 'stalled-handshake-told',
    promise: 'D9',
    name: 'a stalled handshake is told to the error listener in time',
    bare: { fails: /^the error: not within/ },
    async run(stage) {
      await stage.serve({ greeting: 'upgrade-stall' });
      const ws = await stage.connect({ client: stage.client({ overlay: { connectTimeout: 150 } }) });
      await stage.until(() => stage.errors.length > 0, 'the error');
      assert.deepEqual(
        stage.errors.map(({ code }) => code),
        ['ERR_CONNECT_TIMEOUT'],
      );
      await stage.until(() => ws.websocket!.readyState === 3, 'the client to be CLOSED');
      await stage.dialled(1);
    },
  },
  {
    id: 'client-ends-its-connections',
    promise: 'D1',
    name: 'disconnect() of the client ends the connections that it has opened',
    bare: missing,
    async run(stage) {
      await stage.serve();
      const client = stage.own(stage.client());
      await stage.connect({ client });
      await stage.connect({ client });
      await stage.ready(() => client.connections.length === 2 && client.connected, 'the connections');
      const { outcome, members } = await stage.within(stage.disconnect(client), 'disconnect()');
      assert.deepEqual(
        [outcome, members?.map(({ name }) => name)],
        ['graceful', Array(2).fill('socket transcription')],
      );
      await stage.serverSeesTheEnd();
    },
  },
  {
    id: 'another-client',
    promise: ['D1', 'D14'],
    name: 'two clients connect at once: each ends its own connection',
    bare: missing,
    async run(stage) {
      await stage.serve();
      const clients = [stage.client(), stage.client()] as const;
      const [first, second] = await Promise.all(clients.map((client) => stage.connect({ client })));
      await stage.ready(() => [first, second].every((ws) => ws?.websocket?.readyState === 1), 'the handshakes');
      await stage.within(stage.disconnect(clients[0]), 'disconnect()');
      assert.deepEqual([stage.own(first!).connected, stage.own(second!).connected], [false, true]);
      await stage.goesOn(second!);
    },
  },
  {
    id: 'client-ended-before-the-dial',
    promise: 'D4',
    name: 'disconnect() of the client while its key is fetched: connect() rejects, and nothing is dialled',
    bare: missing,
    async run(stage) {
      await stage.serve();
      let give: (key: string) => void = () => {};
      const client = stage.client({
        apiKey: () =>
          new Promise((resolve) => {
            give = resolve;
          }),
      });
      const connecting = stage.connect({ client });
      connecting.catch(() => {});
      await stage.within(stage.disconnect(client), 'disconnect()');
      await stage.fails(() => connecting, 'connect()', 'ERR_DISCONNECTED');
      give(apiKey);
      await stage.dialled(0);
    },
  },
  {
    id: 'client-ended-in-the-tick',
    promise: 'D4',
    name: 'disconnect() of the client in the tick of connect(): it rejects, and nothing is dialled',
    bare: missing,
    async run(stage) {
      await stage.serve();
      const client = stage.client();
      const connecting = stage.connect({ client });
      connecting.catch(() => {});
      await stage.within(stage.disconnect(client, true), 'disconnect(true)');
      await stage.fails(() => connecting, 'connect()', 'ERR_DISCONNECTED');
      await stage.dialled(0);
    },
  },
  {
    id: 'late-connect',
    promise: 'D4',
    name: 'connect() after disconnect() of the client rejects, and dials nothing',
    bare: missing,
    async run(stage) {
      await stage.serve();
      const client = stage.client();
      await stage.within(stage.disconnect(client), 'disconnect()');
      await stage.fails(() => stage.connect({ client }), 'connect()', 'ERR_DISCONNECTED');
      await stage.dialled(0);
    },
  },
];
