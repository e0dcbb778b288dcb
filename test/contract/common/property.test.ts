/**
 * Of every kind of connection: whatever its user does and the peer sends, in whatever order, everything settles, nothing
 * crashes and nothing dials after the end.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, test, vi } from 'vitest';
import { nameOf, socketCells } from '../../support/cells.ts';
import type { Fault } from '../../support/voice-server.ts';
import type { Dial, Driver, Line, SocketCell } from '../driver.ts';
import { drivers } from '../drivers/index.ts';
import { LineStage } from './stage.ts';

/** How many sequences a driver; more with HANGUP_SEQUENCES. A failure prints its seed and path, for HANGUP_SEED. */
const numRuns = Number(process.env.HANGUP_SEQUENCES ?? 60);
const seed = process.env.HANGUP_SEED === undefined ? {} : { seed: Number(process.env.HANGUP_SEED) };

/** For one sequence, in ms. */
const patience = 3_000;

/** One sequence on one line. */
class Run {
  readonly pending: Promise<unknown>[] = [];
  /** A lost connection must end these without our help. */
  readonly streams: Promise<unknown>[] = [];
  readonly stage: LineStage;
  readonly line: Line;
  /** Connections that the server had seen when the end began; forgotten by a `reconnect()`. */
  dialled: number | undefined;

  constructor(stage: LineStage, line: Line) {
    this.stage = stage;
    this.line = line;
  }

  speak(id: string): void {
    const { ended } = this.line.speak(id);
    this.streams.push(ended);
    this.pending.push(ended);
  }

  call(calls: Line['calls'], index: number): unknown {
    const all = Object.values(calls);
    return all[index % all.length]?.();
  }

  end(how: () => unknown): unknown {
    this.dialled ??= this.stage.server.seen.connections.length;
    return how();
  }

  reconnect(): unknown {
    if (this.stage.traits.reopens) this.dialled = undefined;
    return this.line.reconnect();
  }

  endInHandler(): void {
    if (!this.stage.driver.listeners.includes('message')) return;
    this.line.on('message', () => this.end(() => this.line.target.disconnect(true)));
  }
}

type Action = (run: Run) => unknown;
type Named = [name: string, action: Action];

const faults: readonly Fault[] = [
  { kind: 'close', code: 1000 },
  { kind: 'close', code: 1011, reason: 'overloaded' },
  { kind: 'close', code: 1005 },
  { kind: 'close-and-hang', code: 1001 },
  { kind: 'reset' },
  { kind: 'fin' },
  { kind: 'black-hole' },
  { kind: 'silence' },
  { kind: 'text', data: ['{', '42', '"text"'] },
  { kind: 'binary', bytes: 16 },
  { kind: 'error-event', withContext: true },
  { kind: 'error-event', withContext: false },
];

const ends: readonly Named[] = [
  ['disconnect', (run) => run.end(() => run.line.target.disconnect({ timeout: 300 }))],
  ['disconnect(true)', (run) => run.end(() => run.line.target.disconnect(true))],
  ["the SDK's own close", (run) => run.end(() => run.line.close())],
  ['disconnect in a handler', (run) => run.endInHandler()],
];

function actionOf({ badFrames }: Driver): fc.Arbitrary<Named> {
  const inflicted = [...faults, { kind: 'text', data: Object.values(badFrames) } as const];
  const id = fc.nat({ max: 2 });
  return fc.oneof(
    { weight: 4, arbitrary: id.map((n): Named => [`speak ${n}`, (run) => run.speak(String(n))]) },
    { weight: 3, arbitrary: fc.nat({ max: 15 }).map((ms): Named => [`wait ${ms}`, () => sleep(ms)]) },
    { weight: 2, arbitrary: fc.nat({ max: 8 }).map((n): Named => [`call ${n}`, (run) => run.call(run.line.calls, n)]) },
    { weight: 1, arbitrary: id.map((n): Named => [`cancel ${n}`, (run) => run.call(run.line.cancels, n)]) },
    { weight: 1, arbitrary: fc.constant<Named>(['reconnect', (run) => run.reconnect()]) },
    {
      weight: 2,
      arbitrary: fc
        .constantFrom<Fault[]>(...inflicted)
        .map((fault): Named => [JSON.stringify(fault), (run) => run.stage.server.inflict(fault)]),
    },
    { weight: 1, arbitrary: fc.constantFrom(...ends) },
  );
}

/** What an action rejects with, or throws, is its caller's. */
async function quietly(action: () => unknown): Promise<void> {
  try {
    await action();
  } catch {
    // Which errors there are is what the scenarios are about.
  }
}

async function play(stage: LineStage, actions: readonly Named[], listen: boolean): Promise<void> {
  const server = await stage.serve({ chunks: 4, interval: 2 });
  const run = new Run(stage, stage.dial({ listen }));
  const { line } = run;
  run.pending.push(quietly(() => line.opened));
  for (const [, act] of actions) {
    const settled = quietly(() => act(run));
    run.pending.push(settled);
    // Only a short wait is awaited: calls overlap, as they do in an app.
    await Promise.race([settled, sleep(5)]);
  }
  await sleep(5);
  if (line.closed && !stage.traits.reconnects) {
    await stage.within(Promise.all(run.streams), 'the streams of a lost connection');
  }
  const dialled = run.dialled ?? server.seen.connections.length;
  await stage.within(line.target.disconnect(true), 'disconnect(true)');
  await stage.within(Promise.all(run.pending), 'every call and stream');
  assert.equal(line.target.connected, false);
  assert.ok(line.closed, 'a socket is not CLOSED');
  await sleep(5);
  // A dial that was under way when the end began may reach the server a moment later.
  assert.ok(server.seen.connections.length <= dialled + 1, 'dialled after the end');
}

/** The newest version of each class that can connect. */
const newest = new Map<string, [SocketCell, Driver]>();
for (const cell of socketCells('overlay')) {
  const driver = drivers.find(({ classNames }) => classNames.includes(cell.target.className));
  if (driver !== undefined && cell.broken === undefined) newest.set(cell.target.className, [cell, driver]);
}

const unhandled: unknown[] = [];
const onUnhandled = (error: unknown) => unhandled.push(error);
beforeAll(() => {
  // The backcompat client tells the console what becomes of its socket.
  for (const method of ['log', 'error'] as const) vi.spyOn(console, method).mockImplementation(() => {});
});
beforeAll(() => void process.on('unhandledRejection', onUnhandled).on('uncaughtException', onUnhandled));
afterAll(() => void process.off('unhandledRejection', onUnhandled).off('uncaughtException', onUnhandled));

for (const [cell, driver] of newest.values()) {
  test(`${nameOf(cell)}: ${numRuns} sequences`, async () => {
    const dial: Dial = await driver.load(cell);
    const sequences = fc.array(actionOf(driver), { minLength: 1, maxLength: 14 });
    const property = fc.asyncProperty(sequences, fc.boolean(), async (actions, listen) => {
      const stage = new LineStage(cell, driver, dial, patience);
      try {
        await play(stage, actions, listen);
        assert.deepEqual(unhandled.splice(0), []);
      } finally {
        await stage.dispose();
      }
    });
    await fc.assert(property, { numRuns, ...seed, endOnFailure: true });
  }, 120_000);
}
