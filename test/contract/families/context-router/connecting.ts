import assert from 'node:assert/strict';
import type { Greeting } from '../../../support/voice-server.ts';
import { closedPort } from '../../../support/voice-server.ts';
import { slug } from '../../play.ts';
import { type Scenario, speech } from './stage.ts';

const stalls: readonly Greeting[] = ['tcp-silence', 'tls-stall', 'upgrade-stall'];
/** The bare SDK crashes with this when a CONNECTING socket is closed. */
const closedEarly = /closed before the connection (was|is) established/;

function endsWhileConnecting(greeting: Greeting, force: boolean): Scenario {
  const call = force ? 'disconnect(true)' : 'disconnect()';
  return {
    id: `${force ? 'force' : 'disconnect'}-while-connecting-${greeting}`,
    promise: 'D9',
    name: `${call} while CONNECTING (${greeting}) ends the attempt, and connect() rejects`,
    bare: { crashes: closedEarly },
    async run(stage) {
      await stage.serve({ greeting });
      const ws = stage.dial({ listen: false });
      const context = stage.context(ws, 'a');
      const loop = stage.consume(context.receive());
      await stage.ready(() => stage.server.seen.connections.length === 1, 'the server to see the attempt');
      const connected = ws.connect();
      connected.catch(() => {});
      await stage.hangUp(ws, force);
      await stage.rejects(connected);
      await stage.endsQuietly(loop);
      await stage.isGone(ws);
      await stage.dialled(1);
    },
  };
}

/** D6, D9: while CONNECTING, and when connecting fails. */
export const connecting: readonly Scenario[] = [
  ...stalls.map((greeting) => endsWhileConnecting(greeting, false)),
  ...stalls.map((greeting) => endsWhileConnecting(greeting, true)),
  ...(
    [
      ['a 401', { greeting: 'upgrade-401' }, /Unexpected server response: 401/],
      ['a reset', { greeting: 'reset' }, /ECONNRESET/],
    ] as const
  ).map(
    ([name, behaviour, message]): Scenario => ({
      id: `connect-${slug(name)}`,
      promise: ['D9', 'D13'],
      name: `${name} makes websocket() reject with the cause, and nothing retries`,
      bare: { crashes: message },
      async run(stage) {
        await stage.serve(behaviour);
        const error = await stage.rejects(stage.client().tts.websocket({ ca: stage.server.ca }));
        assert.match(`${error.message} ${(error.cause as Error | undefined)?.message}`, message);
        assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)}`, /TESTKEY/);
        await stage.dialled(1);
      },
    }),
  ),
  {
    id: 'connect-refused',
    promise: 'D9',
    name: 'a refused connection makes websocket() reject with the cause',
    bare: { crashes: /ECONNREFUSED/ },
    async run(stage) {
      const client = stage.client(`https://127.0.0.1:${closedPort}`);
      const error = await stage.rejects(client.tts.websocket());
      assert.match(`${error.message} ${(error.cause as Error | undefined)?.message}`, /ECONNREFUSED/);
    },
  },
  {
    id: 'failed-attempt-unawaited',
    promise: ['D9', 'D10'],
    name: 'a failed attempt that nobody awaits, with an error listener',
    bare: { crashes: /401/ },
    async run(stage) {
      await stage.serve({ greeting: 'upgrade-401' });
      const ws = stage.dial();
      await stage.isGone(ws);
      assert.ok(
        stage.heard.some((error) => /401/.test(error.message)),
        'the listener hears it',
      );
      await stage.hangUp(ws);
      await stage.dialled(1);
    },
  },
  {
    id: 'shorter-handshake-timeout-wins',
    promise: 'D9',
    name: "handshakeTimeout of ws, shorter than hangup's limit, still wins",
    bare: { crashes: /handshake has timed out/ },
    async run(stage) {
      await stage.serve({ greeting: 'upgrade-stall' });
      const ws = stage.dial({ listen: false, handshakeTimeout: 80 });
      const error = await stage.rejects(ws.connect());
      assert.match(error.message, /handshake has timed out/);
      await stage.isGone(ws);
      await stage.dialled(1);
    },
  },
  {
    id: 'cancel-while-connecting',
    promise: 'D6',
    name: 'cancel() while CONNECTING sends nothing, resolves, ends its loop and leaves the attempt alone',
    bare: { crashes: /could not send data/ },
    async run(stage) {
      await stage.serve({ upgradeDelay: 80 });
      const ws = stage.dial({ listen: false });
      const context = stage.context(ws, 'a');
      const loop = stage.consume(context.receive());
      await stage.within(context.cancel(), 'cancel()');
      await stage.within(ws.cancelContext('another'), 'cancelContext()');
      await stage.endsQuietly(loop);
      await stage.within(ws.connect(), 'connect()');
      assert.equal(stage.server.seen.messages.length, 0);
      await stage.stillWorks(ws);
    },
  },
  {
    id: 'push-waits-for-the-handshake',
    promise: 'D6',
    name: 'push() while CONNECTING waits for the handshake and is then sent',
    bare: { crashes: /could not send data/ },
    async run(stage) {
      await stage.serve({ upgradeDelay: 80 });
      const ws = stage.dial({ listen: false });
      const stream = await stage.speak(ws, 'a');
      await stream.context.no_more_inputs();
      await stage.endsQuietly(stream);
      assert.equal(stream.events.at(-1)?.type, 'done');
      assert.deepEqual(
        stage.server.seen.messages.map((message) => message.transcript),
        ['hello', ''],
      );
      await stage.dialled(1);
    },
  },
  {
    id: 'generate-waits-for-the-handshake',
    promise: 'D6',
    name: 'generate() while CONNECTING waits for the handshake and works',
    bare: { crashes: /could not send data/ },
    async run(stage) {
      await stage.serve({ upgradeDelay: 80 });
      const ws = stage.dial({ listen: false });
      const stream = stage.consume(ws.generate({ ...speech, transcript: 'hello', context_id: 'g' }));
      await stage.endsQuietly(stream);
      assert.equal(stream.events.length, 4);
      await stage.dialled(1);
    },
  },
  {
    id: 'push-to-a-server-that-refuses',
    promise: 'D9',
    name: 'push() while CONNECTING to a server that refuses rejects',
    bare: { crashes: /could not send data|401/ },
    async run(stage) {
      await stage.serve({ greeting: 'upgrade-401' });
      const ws = stage.dial({ listen: false });
      const context = stage.context(ws, 'a');
      await stage.rejects(context.push({ transcript: 'hello' }));
      await stage.within(context.cancel(), 'cancel()');
    },
  },
];
