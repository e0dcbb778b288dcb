/** Random calls: the queue does what the simplest queue does, each item reaches one consumer, and every promise settles. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type DrainOptions, type ReceiveOptions, ReceiveQueue } from '../../receive/index.ts';
import { sequencesOf } from '../contract/sequences.ts';
import { isLast, isSilence, Model, type State, type Wait } from './model.ts';

const sequences = sequencesOf('ReceiveQueue', 500);

type Call =
  | { call: 'push'; count: number }
  | ({ call: 'wait' } & Wait)
  | { call: 'abort'; which: number }
  | { call: 'leave'; loop: number }
  | { call: 'pass'; ms: number }
  | { call: 'end'; how: 'stop' | 'error' }
  | { call: 'room' }
  | { call: 'touch' }
  | { call: 'clear' };

const ms = fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 6, arbitrary: fc.nat({ max: 40 }) });
const maybe = fc.option(ms, { nil: undefined, freq: 3 });
const wait: fc.Arbitrary<Call> = fc.oneof(
  fc.record({ call: fc.constant('wait' as const), kind: fc.constant('receive' as const), timeout: maybe }),
  fc.record({ call: fc.constant('wait' as const), kind: fc.constant('next' as const), loop: fc.nat({ max: 1 }) }),
  fc.record({
    call: fc.constant('wait' as const),
    kind: fc.constant('drain' as const),
    timeout: maybe,
    silence: maybe,
    limit: maybe,
    asksLast: fc.boolean(),
    asksSilence: fc.boolean(),
  }),
);
const calls: fc.Arbitrary<Call[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ call: fc.constant('push' as const), count: fc.integer({ min: 1, max: 4 }) }) },
    { weight: 6, arbitrary: wait },
    { weight: 6, arbitrary: fc.record({ call: fc.constant('pass' as const), ms }) },
    { weight: 3, arbitrary: fc.record({ call: fc.constant('touch' as const) }) },
    { weight: 2, arbitrary: fc.record({ call: fc.constant('abort' as const), which: fc.nat({ max: 9 }) }) },
    { weight: 2, arbitrary: fc.record({ call: fc.constantFrom('room' as const, 'clear' as const) }) },
    { weight: 1, arbitrary: fc.record({ call: fc.constant('leave' as const), loop: fc.nat({ max: 1 }) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        call: fc.constant('end' as const),
        how: fc.constantFrom('stop' as const, 'error' as const),
      }),
    },
  ),
  { minLength: 5, maxLength: 60 },
);

beforeAll(() => {
  vi.useFakeTimers();
});
afterAll(() => {
  vi.useRealTimers();
});

/** The same calls on the queue and on the model. */
class Both {
  readonly queue: ReceiveQueue<number>;
  readonly model: Model;
  readonly #loops: AsyncIterableIterator<number>[];
  readonly #pairs: { real: { state: State }; model: { state: State } }[] = [];
  readonly #waits: { abort(): void }[] = [];
  #pushed = 0;

  constructor(bound: number) {
    this.queue = new ReceiveQueue({ bound });
    this.model = new Model(bound);
    this.#loops = [0, 1].map(() => this.queue[Symbol.asyncIterator]());
  }

  make(call: Call): void {
    const { queue, model } = this;
    switch (call.call) {
      case 'push':
        for (let n = 0; n < call.count; n++) {
          this.#pushed += model.ended === 'no' ? 1 : 0;
          expect(queue.push(this.#pushed)).toBe(model.push(this.#pushed));
        }
        break;
      case 'wait':
        this.#wait(call);
        break;
      case 'abort':
        this.#waits[call.which]?.abort();
        break;
      case 'leave':
        this.#loops[call.loop]!.return?.();
        model.leave(call.loop);
        break;
      case 'room':
        this.#pairs.push({ real: follow(queue.room(), () => 'resolved'), model: model.room() });
        break;
      case 'touch':
        queue.touch();
        model.touch();
        break;
      case 'clear':
        expect(queue.clear()).toBe(model.clear());
        break;
      case 'pass':
        vi.advanceTimersByTime(call.ms);
        model.pass(call.ms);
        break;
      case 'end':
        expect(queue.end(call.how === 'stop' ? undefined : new Error('boom'))).toBe(model.end(call.how));
    }
    expect(queue.size).toBe(model.line.length);
    expect(queue.ended).toBe(model.ended !== 'no');
  }

  #wait(wait: Wait): void {
    const { kind, timeout, silence, limit, asksLast, asksSilence, loop } = wait;
    const controller = new AbortController();
    const given = { timeout, silence, limit, isLast: asksLast && isLast, isSilence: asksSilence && isSilence };
    const options = Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== undefined && value !== false),
    );
    const { signal } = controller;
    let promise: Promise<State>;
    if (kind === 'next')
      promise = this.#loops[loop!]!.next().then(({ done, value }) => (done ? 'done' : `item ${value}`));
    else if (kind === 'receive') {
      promise = this.queue.receive({ ...options, signal } as ReceiveOptions).then((item) => `item ${item}`);
    } else {
      promise = this.queue
        .drain({ ...options, signal } as DrainOptions<number>)
        .then(({ items, endedBy }) => `turn ${items.join()} by ${endedBy}`);
    }
    const model = this.model.wait(wait);
    this.#pairs.push({ real: follow(promise, (state) => state), model });
    if (kind === 'next') return;
    const abort = () => {
      controller.abort('aborted');
      this.model.abort(model);
    };
    this.#waits.push({ abort });
  }

  async compare(): Promise<void> {
    for (let turn = 0; turn < 4; turn++) await null;
    expect(this.#pairs.map(({ real }) => real.state)).toEqual(this.#pairs.map(({ model }) => model.state));
  }

  /** The items that consumers have, those that were dropped, and those that are left. */
  get everything(): number[] {
    const had = this.#pairs.flatMap(({ real: { state } }) =>
      /^(item|turn) /.test(state) ? (state.match(/\d+/g) ?? []).map(Number) : [],
    );
    return [...had, ...this.model.dropped, ...this.model.line].sort((a, b) => a - b);
  }

  get pushed(): number[] {
    return Array.from({ length: this.#pushed }, (_, n) => n + 1);
  }

  get states(): State[] {
    return this.#pairs.map(({ real }) => real.state);
  }
}

function follow<R>(promise: Promise<R>, text: (result: R) => State): { state: State } {
  const real = { state: 'waits' };
  promise.then(
    (result) => {
      real.state = text(result);
    },
    (error) => {
      if (error?.code === 'ERR_RECEIVE_TIMEOUT') real.state = `timeout ${error.phase}`;
      else real.state = error?.code === 'ERR_STREAM_ENDED' ? 'ended' : String(error);
    },
  );
  return real;
}

it(sequences.title, { timeout: 600_000, retry: 0 }, async () => {
  await sequences.hold(() =>
    fc.asyncProperty(fc.integer({ min: 1, max: 5 }), calls, async (bound, calls) => {
      const both = new Both(bound);
      for (const call of calls) {
        both.make(call);
        await both.compare();
      }
      both.make({ call: 'end', how: 'error' });
      await both.compare();
      expect(both.states).not.toContain('waits');
      expect(both.everything).toEqual(both.pushed);
      expect(vi.getTimerCount()).toBe(0);
    }),
  );
});
