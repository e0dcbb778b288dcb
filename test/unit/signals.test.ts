/** Signals of the app that force an end. */
import { afterEach, expect, it, vi } from 'vitest';
import { Ladder } from '../../core/ladder.ts';

const ladder = () =>
  new Ladder({
    name: 'x',
    steps: () => [{ name: 'wait', ask: () => new Promise(() => {}) }],
    force: () => false,
  });

afterEach(() => void vi.restoreAllMocks());

it('one signal given to many has one listener, which goes with the last of them', async () => {
  const { signal, controller } = spied();
  const ladders = Array.from({ length: 15 }, ladder);
  const [first, ...others] = ladders.map((one) => one.end({ timeout: 5000, signal }));
  expect(controller.added).toBe(1);
  first!.end({ force: true, timeout: 0 });
  expect(controller.removed).toBe(0);
  controller.abort();
  for (const { report } of others) expect(report?.steps[0]).toMatchObject({ outcome: 'timeout' });
  const late = ladder().end({ timeout: 5000, signal: new AbortController().signal });
  late.end({ force: true, timeout: 0 });
  await late.ended;
});

it('the listener is taken off when nobody needs it, and put on again', () => {
  const { signal, controller } = spied();
  for (const count of [1, 2]) {
    ladder().end({ timeout: 5000, signal }).end({ force: true, timeout: 0 });
    expect([controller.added, controller.removed]).toEqual([count, count]);
  }
});

it('a signal that lacks removeEventListener works, and gets one listener', () => {
  const { signal, controller } = spied();
  Object.defineProperty(signal, 'removeEventListener', { value: undefined });
  for (const _ of [1, 2]) ladder().end({ timeout: 5000, signal }).end({ force: true, timeout: 0 });
  expect(controller.added).toBe(1);
  const last = ladder().end({ timeout: 5000, signal });
  controller.abort();
  expect(last.report).toBeDefined();
});

function spied() {
  const controller = new AbortController();
  const { signal } = controller;
  const add = vi.spyOn(signal, 'addEventListener');
  const remove = vi.spyOn(signal, 'removeEventListener');
  const counts = {
    abort: () => controller.abort(),
    get added() {
      return add.mock.calls.length;
    },
    get removed() {
      return remove.mock.calls.length;
    },
  };
  return { signal, controller: counts };
}
