import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, it } from 'vitest';
import { overlay } from '../../../../overlays/cartesia/index.ts';
import { loadSdk, type Sdk } from '../../../support/sdk.ts';
import type { Fault } from '../../../support/voice-server.ts';
import { drops, sequencesOf } from '../../sequences.ts';
import { type Context, speech, type VoiceSocket, VoiceStage } from './stage.ts';

const sequences = sequencesOf('TTSWS', 150);

const faults: readonly Fault[] = [
  ...drops,
  { kind: 'silence' },
  { kind: 'text', data: ['{', 'null', '42', '{"type":"__proto__"}', '{"type":"chunk","context_id":"0","data":5}'] },
  { kind: 'binary', bytes: 16 },
  { kind: 'error-event', withContext: true },
  { kind: 'error-event', withContext: false },
];

type Action = (run: Run) => unknown;

const id = fc.nat({ max: 2 });
const action: fc.Arbitrary<[string, Action]> = fc.oneof(
  { weight: 3, arbitrary: id.map((n): [string, Action] => [`push ${n}`, (run) => run.push(n)]) },
  { weight: 2, arbitrary: id.map((n): [string, Action] => [`receive ${n}`, (run) => run.receive(n)]) },
  { weight: 1, arbitrary: id.map((n): [string, Action] => [`generate ${n}`, (run) => run.generate(n)]) },
  { weight: 2, arbitrary: id.map((n): [string, Action] => [`cancel ${n}`, (run) => run.context(n).cancel()]) },
  { weight: 1, arbitrary: id.map((n): [string, Action] => [`flush ${n}`, (run) => run.context(n).flush()]) },
  { weight: 2, arbitrary: fc.nat({ max: 15 }).map((ms): [string, Action] => [`wait ${ms}`, () => sleep(ms)]) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...faults).map((f): [string, Action] => [JSON.stringify(f), (run) => run.inflict(f)]),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<[string, Action]>(
      ['connect', (run) => run.ws.connect()],
      ['disconnect', (run) => run.end(() => run.ws.disconnect({ timeout: 300 }))],
      ['disconnect({drain})', (run) => run.end(() => run.ws.disconnect({ drain: 30, timeout: 300 }))],
      ['disconnect(true)', (run) => run.end(() => run.ws.disconnect(true))],
      ['close', (run) => run.end(() => run.ws.close())],
      ['disconnect in a handler', (run) => run.endInHandler()],
    ),
  },
);

/** One sequence on one connection. */
class Run {
  readonly pending: Promise<unknown>[] = [];
  /** Loops that have something to wait for: a lost connection must end them without our help. */
  readonly streams: Promise<unknown>[] = [];
  readonly #spoken = new Set<number>();
  /** Connections that the server had seen when the end began. */
  dialled: number | undefined;

  constructor(
    readonly stage: VoiceStage,
    readonly ws: VoiceSocket,
  ) {}

  /** The context of this number, made when it is first needed. */
  context(n: number): Context {
    this.#contexts[n] ??= this.stage.context(this.ws, String(n));
    return this.#contexts[n];
  }
  readonly #contexts: Context[] = [];

  push(n: number) {
    return this.context(n)
      .push({ transcript: 'hello' })
      .then(() => this.#spoken.add(n));
  }

  receive(n: number): void {
    const context = this.context(n);
    const { ended } = this.stage.consume(context.receive());
    this.pending.push(ended);
    if (this.#spoken.has(n)) this.streams.push(ended);
  }

  generate(n: number): void {
    const request = { ...speech, transcript: 'hello', context_id: `g${n}` };
    const { ended } = this.stage.consume(this.ws.generate(request));
    this.pending.push(ended);
    this.streams.push(ended);
  }

  inflict(fault: Fault): void {
    this.stage.inflict(fault);
  }

  end(how: () => unknown): unknown {
    this.dialled ??= this.stage.server.seen.connections.length;
    return how();
  }

  endInHandler(): void {
    this.ws.on('event', () => this.end(() => this.ws.disconnect(true)));
  }
}

let sdk: Sdk;
let undo: () => void;
const unhandled: unknown[] = [];
const onUnhandled = (error: unknown) => unhandled.push(error);

beforeAll(async () => {
  sdk = await loadSdk({ version: '4.2.0', delivery: 'overlay', format: 'cjs' });
  ({ undo } = overlay(sdk.TTSWS));
  process.on('unhandledRejection', onUnhandled);
});

afterAll(() => {
  process.off('unhandledRejection', onUnhandled);
  undo();
});

it(`everything settles, whatever the user does and the peer sends (${sequences.title})`, {
  retry: 0,
  timeout: 30_000 + sequences.count * 2_000,
}, async () => {
  await sequences.hold(() =>
    fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 14 }), fc.boolean(), async (actions, listen) => {
      const stage = new VoiceStage({ version: '4.2.0', delivery: 'overlay', format: 'cjs' }, sdk, 3000);
      await stage.serve({ chunks: 4, interval: 2 });
      const run = new Run(stage, stage.dial({ listen }));
      try {
        for (const [, act] of actions) {
          const result = act(run);
          const settled = Promise.resolve(result).catch(() => {});
          // Only a wait is awaited: calls overlap, as they do in an app.
          if (result instanceof Promise) run.pending.push(settled);
          await Promise.race([settled, sleep(5)]);
        }
        await sleep(5);
        const isLost = run.ws.socket.readyState === run.ws.socket.CLOSED;
        if (isLost) await stage.within(Promise.all(run.streams), 'the loops of a lost connection');
        const dialled = run.dialled ?? stage.server.seen.connections.length;
        await stage.within(run.ws.disconnect(true), 'disconnect(true)');
        await stage.within(Promise.all(run.pending), 'every call and loop');
        assert.equal(run.ws.connected, false);
        assert.equal(run.ws.socket.readyState, run.ws.socket.CLOSED);
        await sleep(5);
        // A dial that was under way when the end began may reach the server a moment later.
        assert.ok(stage.server.seen.connections.length <= dialled + 1, 'dialled after the end');
        assert.deepEqual(unhandled, []);
      } finally {
        await stage.dispose();
      }
    }),
  );
});
