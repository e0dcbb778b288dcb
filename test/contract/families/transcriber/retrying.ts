import assert from 'node:assert/strict';
import type { Behaviour } from '../../../support/voice-server.ts';
import { mended, type Transcriber } from '../../drivers/transcriber.ts';
import type { TranscriberScenario, TranscriberStage } from './stage.ts';

/** The SDK's own retry, which its users ask for or get by default. All in ms. */
const params = { maxConnectionRetries: 2, connectionRetryDelay: 50, connectTimeout: 8000 };
const dialsAgain = { fails: /the server has seen \d+ connections/ };

const ends: readonly [id: string, name: string, end: (stage: TranscriberStage, ws: Transcriber) => Promise<unknown>][] =
  [
    ['disconnect', 'disconnect()', (stage, ws) => stage.shutDown(ws, () => ws.close())],
    ['force', 'disconnect(true)', (stage, ws) => stage.shutDown(ws, () => ws.close(), true)],
    ['close', "the SDK's own close()", async (_stage, ws) => ws.close()],
  ];

/** The first attempt fails by itself, or is under way; the next one would succeed. */
const first = (behaviour: Behaviour) => (connection: number) => (connection === 0 ? behaviour : {});

const scenarios: readonly TranscriberScenario[] = [
  {
    id: 'retry-works',
    promise: ['D12', 'D14'],
    name: "the SDK's own retry connects",
    bare: 'passes',
    async run(stage) {
      await stage.serve(first({ greeting: 'reset' }));
      const ws = stage.make({ params });
      await stage.within(ws.connect(), 'connect()');
      await stage.goesOn(ws);
      await stage.dialled(2);
      stage.toldNothing();
    },
  },
  ...ends.flatMap(([id, name, end]): TranscriberScenario[] => [
    {
      id: `retry-ended-in-back-off-by-${id}`,
      promise: ['D3', 'D4', 'D12'],
      name: `${name} between two attempts ends them, and connect() rejects`,
      bare: dialsAgain,
      async run(stage) {
        await stage.serve(first({ greeting: 'reset' }));
        const ws = stage.make({ params });
        const { connecting } = await stage.attempt(ws);
        await stage.ready(() => ws.socket === undefined, 'the end of the first attempt');
        await stage.within(end(stage, ws), name);
        await stage.dialled(1);
        await stage.fails(() => connecting, 'connect()', 'ERR_DISCONNECTED');
      },
    },
    {
      id: `retry-ended-in-an-attempt-by-${id}`,
      promise: ['D3', 'D4', 'D12'],
      name: `${name} during an attempt ends it, and there is no other`,
      bare: dialsAgain,
      async run(stage) {
        await stage.serve(first({ greeting: 'upgrade-stall' }));
        const ws = stage.make({ params: { ...params, connectTimeout: 200 } });
        const { connecting } = await stage.attempt(ws);
        await stage.within(end(stage, ws), name);
        await stage.dialled(1);
        await stage.fails(() => connecting, 'connect()', 'ERR_DISCONNECTED');
        await stage.gone();
      },
    },
  ]),
  {
    id: 'retries-in-one-limit',
    promise: 'D9',
    name: 'one connectTimeout bounds all attempts together',
    bare: { fails: /^connect\(\): not within/ },
    async run(stage) {
      await stage.serve({ greeting: 'upgrade-stall' });
      const many = { maxConnectionRetries: 1000, connectionRetryDelay: 10, connectTimeout: 40 };
      const ws = stage.make({ params: many, overlay: { connectTimeout: 250 } });
      await stage.fails(() => ws.connect(), 'connect()', 'ERR_CONNECT_TIMEOUT');
      const { length } = stage.server.seen.connections;
      assert.ok(length > 1, 'the SDK has tried again');
      await stage.settle();
      await stage.dialled(length);
      await stage.gone();
    },
  },
];

/** D4, D12: the attempts that `StreamingTranscriber` makes by itself, from 4.35 on. */
export const retrying: readonly TranscriberScenario[] = scenarios.map((scenario) => ({
  ...scenario,
  concerns: (cell) => mended(cell).retries,
}));
