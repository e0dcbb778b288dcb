import assert from 'node:assert/strict';
import { closedPort, type Greeting } from '../../../support/voice-server.ts';
import { slug } from '../../play.ts';
import { type StreamScenario, type StreamStage, unended } from './stage.ts';

/** The bare SDK crashes with this when a CONNECTING socket is closed. */
const closedEarly = /closed before the connection (was|is) established/;

const stalls: readonly Greeting[] = ['tcp-silence', 'tls-stall', 'upgrade-stall'];

/** Connects to what refuses: returns the client's address. */
type Refusal = (stage: StreamStage) => Promise<string>;

const refusals: readonly [string, RegExp, Refusal][] = [
  ['a 401', /Unexpected server response: 401/, async (stage) => (await stage.serve({ greeting: 'upgrade-401' })).url],
  ['a reset', /ECONNRESET/, async (stage) => (await stage.serve({ greeting: 'reset' })).url],
  ['a refused connection', /ECONNREFUSED/, async () => `https://127.0.0.1:${closedPort}`],
];

/** D6, D9: while CONNECTING, and when connecting fails. */
export const connecting: readonly StreamScenario[] = [
  ...stalls.flatMap((greeting) =>
    [true, false].map(
      (force): StreamScenario => ({
        id: `${force ? 'force' : 'disconnect'}-while-connecting-${greeting}`,
        promise: 'D9',
        name: `disconnect(${force || ''}) while CONNECTING (${greeting}), with nobody who listens`,
        bare: { crashes: closedEarly },
        async run(stage) {
          await stage.serve({ greeting });
          const ws = stage.transcribe();
          await stage.ready(() => stage.server.seen.connections.length === 1, 'the server to see the attempt');
          await stage.end(ws, force);
          await stage.isClosed(ws);
          await stage.dialled(1);
        },
      }),
    ),
  ),
  {
    id: 'disconnect-in-the-tick-of-the-dial',
    promise: 'D9',
    name: 'disconnect() in the tick of the dial',
    bare: { crashes: closedEarly },
    async run(stage) {
      await stage.serve();
      const ws = stage.transcribe();
      await stage.end(ws);
      await stage.isClosed(ws);
      assert.equal((await stage.closes(stage.read(ws))).type, 'close');
    },
  },
  ...refusals.flatMap(([name, message, serve]): StreamScenario[] => [
    {
      id: `${slug(name)}-unheard`,
      promise: ['D9', 'D10'],
      name: `${name}, with nobody who listens`,
      bare: { crashes: message },
      async run(stage) {
        const ws = stage.transcribe({ client: stage.sttClient(await serve(stage)) });
        await stage.isClosed(ws);
        await stage.settle();
        await stage.end(ws);
      },
    },
    {
      id: `${slug(name)}-iterated`,
      promise: ['D9', 'D13'],
      name: `${name}, with an iterator: it gets the error, and then its close item`,
      bare: 'passes',
      async run(stage) {
        const reader = stage.read(stage.transcribe({ client: stage.sttClient(await serve(stage)) }));
        const { type, code } = await stage.closes(reader);
        assert.deepEqual({ type, code }, { type: 'close', code: 1006 });
        const error = reader.items.find((item) => item.type === 'error')?.error;
        assert.match(`${error?.message} ${(error?.cause as Error | undefined)?.message}`, message);
        assert.doesNotMatch(`${error?.stack} ${JSON.stringify(error)}`, /TESTKEY/);
      },
    },
  ]),
  ...stalls.map(
    (greeting): StreamScenario => ({
      id: `connect-times-out-${greeting}`,
      promise: 'D9',
      name: `connectTimeout (${greeting}): listeners and iterators get ConnectTimeoutError`,
      bare: unended,
      async run(stage) {
        await stage.serve({ greeting });
        const client = stage.clientWith({ connectTimeout: 150 });
        const ws = stage.transcribe({ client, listen: true });
        const reader = stage.read(ws);
        const { code } = await stage.closes(reader);
        assert.equal(code, 1006);
        const errors = reader.items.filter((item) => item.type === 'error').map((item) => item.error?.code);
        assert.deepEqual(errors, ['ERR_CONNECT_TIMEOUT'], 'once');
        assert.deepEqual(
          stage.heard.map((error) => (error as Error & { code?: string }).code),
          ['ERR_CONNECT_TIMEOUT'],
        );
        await stage.dialled(1);
      },
    }),
  ),
];
