import assert from 'node:assert/strict';
import { staysOpen } from '../../defects.ts';
import { rejects, waitsForSetup } from '../../drivers/live.ts';
import type { LiveScenario, LiveStage } from './stage.ts';

const unsettled = { fails: /^connect\(\): not within/ };

/** A promise that the test settles. */
function gate(): { passed: Promise<void>; pass(): void } {
  let pass = () => {};
  const passed = new Promise<void>((resolve) => {
    pass = resolve;
  });
  return { passed, pass };
}

/** A tool whose description takes a while. */
const toolOf = (describe: () => Promise<unknown>) => ({
  tools: [{ callTool() {}, tool: () => describe().then(() => ({ functionDeclarations: [] })) }],
});

/** A session that is not set up yet. */
async function waiting(stage: LiveStage) {
  await stage.serve({ greets: false });
  const client = stage.client();
  const connecting = stage.connect(client);
  connecting.catch(() => {});
  await stage.ready(() => stage.server.seen.messages.length > 0, 'the setup');
  return { client, connecting };
}

/** D4, D9: the session begins, or not. */
export const connecting: readonly LiveScenario[] = [
  {
    id: 'never-set-up-times-out',
    promise: 'D9',
    name: 'a peer that never sets the session up: connect() rejects in time',
    bare: unsettled,
    concerns: waitsForSetup,
    async run(stage) {
      await stage.serve({ greets: false });
      const client = stage.client({ overlay: { connectTimeout: 1500 } });
      const error = await stage.fails(() => stage.connect(client), 'connect()', 'ERR_CONNECT_TIMEOUT');
      assert.equal(error.timeout, 1500);
      await stage.gone();
      stage.toldNothing();
      await stage.dialled(1);
    },
  },
  {
    id: 'handshake-times-out-untold',
    promise: 'D9',
    name: 'a stalled handshake: connect() rejects in time, and the callbacks hear nothing of its end',
    bare: unsettled,
    async run(stage) {
      await stage.serve({ greeting: 'upgrade-stall' });
      const client = stage.client({ overlay: { connectTimeout: 150 } });
      await stage.fails(() => stage.connect(client), 'connect()', 'ERR_CONNECT_TIMEOUT');
      await stage.gone();
      stage.toldNothing();
    },
  },
  ...[false, true].map(
    (force): LiveScenario => ({
      id: `never-set-up-${force ? 'force' : 'disconnect'}`,
      promise: ['D1', 'D4'],
      name: `a peer that never sets the session up: disconnect(${force || ''}) of the client ends it, and connect() rejects`,
      bare: unsettled,
      concerns: waitsForSetup,
      async run(stage) {
        const { client, connecting } = await waiting(stage);
        stage.reported(await stage.hangUp(client, force), force ? 'forced' : 'graceful');
        await stage.fails(() => connecting, 'connect()', 'ERR_DISCONNECTED');
        await stage.gone();
        stage.toldNothing();
        await stage.dialled(1);
      },
    }),
  ),
  {
    id: 'closed-before-the-setup',
    promise: 'D9',
    name: 'a peer that closes before the session is set up: connect() rejects, and says why',
    bare: (cell) => (rejects(cell) ? 'passes' : unsettled),
    concerns: waitsForSetup,
    async run(stage) {
      const { connecting } = await waiting(stage);
      stage.server.inflict({ kind: 'close', code: 1007, reason: 'no such model' });
      const error = await stage.fails(() => connecting, 'connect()');
      assert.match(error.message, /no such model/);
      await stage.gone();
      await stage.toldOnce(1007);
      await stage.dialled(1);
    },
  },
  {
    id: 'disconnect-while-a-token-is-fetched',
    promise: ['D4', 'D9'],
    name: 'disconnect() of the client while the SDK waits for a token: connect() rejects, and nothing is dialled afterwards',
    bare: unsettled,
    async run(stage) {
      await stage.serve();
      const vertex = { vertexai: true, apiKey: undefined, project: 'a-project', location: 'a-location' };
      const client = stage.client({ sdk: vertex });
      const { passed, pass } = gate();
      (client.live as unknown as { auth: object }).auth = { addAuthHeaders: () => passed };
      const connecting = stage.connect(client);
      connecting.catch(() => {});
      await stage.hangUp(client);
      await stage.fails(() => connecting, 'connect()', 'ERR_DISCONNECTED');
      pass();
      await stage.dialled(0);
    },
  },
  {
    id: 'disconnect-while-a-tool-is-described',
    promise: ['D4', 'D9'],
    name: 'disconnect() of the client while the SDK waits for a tool: connect() rejects, and nothing is sent afterwards',
    bare: unsettled,
    concerns: waitsForSetup,
    async run(stage) {
      await stage.serve();
      const client = stage.client();
      const { passed, pass } = gate();
      const connecting = stage.connect(
        client,
        {},
        toolOf(() => passed),
      );
      connecting.catch(() => {});
      await stage.ready(() => stage.sockets[0]?.readyState === 1, 'the handshake');
      await stage.hangUp(client);
      await stage.fails(() => connecting, 'connect()', 'ERR_DISCONNECTED');
      pass();
      await stage.gone();
      assert.deepEqual(stage.server.seen.messages, []);
    },
  },
  {
    id: 'tool-that-fails',
    promise: 'D9',
    name: 'a tool that fails: connect() rejects with its error, and the socket is gone',
    bare: staysOpen,
    concerns: waitsForSetup,
    async run(stage) {
      await stage.serve();
      const tool = toolOf(() => Promise.reject(new Error('no such tool')));
      const connecting = stage.connect(stage.client(), {}, tool);
      assert.match((await stage.fails(() => connecting, 'connect()')).message, /no such tool/);
      await stage.gone();
      stage.toldNothing();
    },
  },
  {
    id: 'message-before-the-setup',
    promise: ['D10', 'D14'],
    name: 'messages that come before the SDK has sent its own are heard after that',
    bare: { crashes: /before initialization/ },
    concerns: waitsForSetup,
    async run(stage) {
      await stage.serve();
      const client = stage.client();
      const { passed, pass } = gate();
      const connecting = stage.connect(
        client,
        {},
        toolOf(() => passed),
      );
      await stage.ready(() => stage.sockets[0]?.readyState === 1, 'the handshake');
      stage.server.inflict({
        kind: 'text',
        data: ['{"serverContent":{"modelTurn":{"parts":[]}}}', '{"setupComplete":{}}'],
      });
      await stage.settle();
      pass();
      await stage.within(connecting, 'connect()');
      assert.equal(stage.spoken, 1, 'messages that were heard');
      await stage.hangUp(client);
    },
  },
  {
    id: 'connect-after-the-end',
    promise: 'D4',
    name: 'connect() after disconnect() of the client rejects, and nothing is dialled',
    bare: { fails: /^connect\(\) did not fail/ },
    async run(stage) {
      await stage.serve();
      const client = stage.client();
      await stage.hangUp(client);
      await stage.fails(() => stage.connect(client), 'connect()', 'ERR_DISCONNECTED');
      await stage.dialled(0);
    },
  },
];
