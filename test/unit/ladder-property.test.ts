/** Random trees of levels and leaves with random manners, which are ended in random ways. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, it, vi } from 'vitest';
import { forceCap } from '../../core/limits.ts';
import { sequencesOf } from '../contract/sequences.ts';
import { type Event, events, longest, ms, type Tree, tree } from '../support/drawn-trees.ts';
import { World } from '../support/ladder-world.ts';

const sequences = sequencesOf('Ladder', 1000);

async function play(tree: Tree, budget: number, events: readonly Event[]): Promise<void> {
  const world = new World(tree);
  world.happen({ kind: 'end', at: 0, timeout: budget });
  for (const event of [...events, undefined]) {
    const end = performance.now() + (event?.wait ?? 2 * longest + 2 * forceCap);
    // Small steps see an end that is late, and later acts of hooks.
    while (performance.now() < end) {
      await vi.advanceTimersByTimeAsync(Math.min(50, end - performance.now()));
      world.check();
    }
    if (event !== undefined) world.happen(event);
    world.check();
  }
  for (const part of world.parts) if (part.ladder.state === 'open') part.end({ timeout: 0 });
  await vi.advanceTimersByTimeAsync(2 * longest + 2 * forceCap);
  world.check();
  world.checkReports();
  assert.equal(vi.getTimerCount(), 0, 'timers that are left');
  assert.equal(world.listeners, 0, 'listeners that are left');
  assert.deepEqual(unhandled.splice(0), []);
}

const unhandled: unknown[] = [];
const onUnhandled = (error: unknown) => unhandled.push(error);
beforeAll(() => void process.on('unhandledRejection', onUnhandled));
afterAll(() => void process.off('unhandledRejection', onUnhandled));
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it(`each tree ends in time, once, and says how (${sequences.title})`, { retry: 0, timeout: 600_000 }, async () => {
  await sequences.hold(() => fc.asyncProperty(tree, ms(longest), events, play));
});
