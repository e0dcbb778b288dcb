/** Random sequences of user calls and peer faults on any kind of line, some of them inside handlers. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { dialsTo } from '../../support/dials.ts';
import { type Fault, reservedOpcodeFrame } from '../../support/voice-server.ts';
import type { Driver, Line, SocketCell, Stream } from '../driver.ts';
import { drops, type Sequences } from '../sequences.ts';
import { LineStage } from './stage.ts';

/** Sequences at the same time: most of one is waiting. */
const lanes = 6;
const patience = 4_000;

const faults: readonly Fault[] = [
  ...drops,
  { kind: 'silence' },
  { kind: 'raw', bytes: reservedOpcodeFrame },
  { kind: 'text', data: ['{', 'null', '42', '"chunk"', '[]', '{"type":"__proto__"}'] },
  { kind: 'binary', bytes: 16 },
  { kind: 'error-event', withContext: true },
  { kind: 'error-event', withContext: false },
];

/** One thing that happens; its name is what a failure prints. */
type Action = readonly [name: string, act: (run: Run) => unknown];

/** The calls of a user. */
const use: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.nat({ max: 2 }).map((n): Action => [`speak ${n}`, (run) => run.speak(`c${n}`)]) },
  { weight: 3, arbitrary: fc.nat({ max: 19 }).map((n): Action => [`call ${n}`, (run) => run.call(n)]) },
  { weight: 1, arbitrary: fc.nat({ max: 3 }).map((n): Action => [`cancel ${n}`, (run) => run.cancel(n)]) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Action>(
      ['connect', (run) => run.reconnect()],
      ['disconnect', (run) => run.end(() => run.line.target.disconnect({ timeout: 300 }))],
      ['disconnect({drain})', (run) => run.end(() => run.line.target.disconnect({ drain: 30, timeout: 300 }))],
      ['disconnect(true)', (run) => run.end(() => run.line.target.disconnect(true))],
      ['close', (run) => run.end(() => run.line.close())],
    ),
  },
);

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 8, arbitrary: use },
  { weight: 2, arbitrary: fc.nat({ max: 15 }).map((ms): Action => [`wait ${ms}`, () => sleep(ms)]) },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(...faults)
      .map((fault): Action => [JSON.stringify(fault), (run) => run.stage.server.inflict(fault)]),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('message' as const, 'error' as const), use)
      .map(([what, [name, act]]): Action => [`in ${what}: ${name}`, (run) => run.inHandler(what, act)]),
  },
);

/** One sequence on one line. */
class Run {
  readonly pending: Promise<unknown>[] = [];
  readonly streams: Stream[] = [];
  /** Connections that had been begun when the line ended, while it is. */
  dialled: number | undefined;

  constructor(
    readonly stage: LineStage,
    readonly line: Line,
  ) {}

  /** Does it, whatever comes of it; what it promises has to settle some day. */
  attempt(act: () => unknown): Promise<unknown> {
    const settled = new Promise((resolve) => resolve(act())).catch(() => {});
    this.pending.push(settled);
    return settled;
  }

  speak(contextId: string): void {
    this.streams.push(this.line.speak(contextId));
  }

  call(n: number): unknown {
    const calls = Object.values(this.line.calls);
    return calls[n % calls.length]!();
  }

  cancel(n: number): unknown {
    const cancels = Object.values(this.line.cancels);
    return cancels[n % cancels.length]?.();
  }

  reconnect(): unknown {
    if (this.stage.traits.reopens) this.dialled = undefined;
    return this.line.reconnect();
  }

  end(how: () => unknown): unknown {
    this.dialled ??= dialsTo(this.stage.server.url);
    return how();
  }

  inHandler(what: 'message' | 'error', act: (run: Run) => unknown): void {
    if (!this.stage.driver.listeners.includes(what)) return;
    let done = false;
    this.line.on(what, () => {
      if (done) return;
      // Before: what it does may be answered in the same tick, by another error.
      done = true;
      this.attempt(() => act(this));
    });
  }
}

async function happens(cell: SocketCell, driver: Driver, actions: readonly Action[], listen: boolean): Promise<void> {
  const stage = new LineStage(cell, driver, await driver.load(cell), patience);
  await stage.serve({ chunks: 4, interval: 2 });
  const run = new Run(stage, stage.dial({ listen }));
  // An end in the tick before such a dial has scenarios of its own.
  if (driver.traits.dialsLater) await sleep(1);
  try {
    // Calls overlap, as they do in an app.
    for (const [, act] of actions) await Promise.race([run.attempt(() => act(run)), sleep(5)]);
    await sleep(5);
    const { url } = stage.server;
    const dialled = run.dialled ?? dialsTo(url);
    await stage.within(run.line.target.disconnect(true), 'disconnect(true)');
    await stage.within(Promise.all(run.streams.map(({ ended }) => ended)), 'every stream');
    await stage.within(Promise.all(run.pending), 'every call');
    assert.equal(run.line.target.connected, false);
    await stage.isGone(run.line);
    await sleep(5);
    assert.equal(dialsTo(url), dialled, 'dialled after the end');
    counted += dialled;
  } finally {
    await stage.dispose();
  }
}

let counted = 0;
const unhandled: unknown[] = [];

/** Notes rejections that nobody handles. @returns a function that stops it */
export function noteUnhandled(): () => void {
  const onUnhandled = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', onUnhandled);
  return () => process.off('unhandledRejection', onUnhandled);
}

/** Everything settles, nothing is dialled after the end, and nothing crashes. */
export async function holds(cell: SocketCell, driver: Driver, sequences: Sequences): Promise<void> {
  const actions = fc.array(action, { minLength: 1, maxLength: 14 });
  const property = () =>
    fc.asyncProperty(actions, fc.boolean(), async (what, listen) => {
      await happens(cell, driver, what, listen);
      assert.deepEqual(unhandled.splice(0), []);
    });
  counted = 0;
  await sequences.hold(property, lanes);
  assert.notEqual(counted, 0, 'dials are not counted');
}
