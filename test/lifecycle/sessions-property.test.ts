/** Random calls in one store: each ends in time, nothing is lost, no clean-up runs twice. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, it, vi } from 'vitest';
import { sequencesOf } from '../contract/sequences.ts';
import { type Event, event, longest, World } from './calls.ts';

const sequences = sequencesOf('SessionStore', 500);

async function play(events: readonly Event[]): Promise<void> {
  const world = new World();
  const advance = async (time: number) => {
    for (let left = time; left > 0; left -= 50) {
      await vi.advanceTimersByTimeAsync(Math.min(50, left));
      world.check();
    }
  };
  for (const event of events) {
    world.happen(event);
    await advance(event.wait);
  }
  void world.endAll();
  // Those that are abandoned come to their end as well.
  await advance(5 * longest);
  world.checkEnd();
  assert.equal(vi.getTimerCount(), 0, 'timers that are left');
  assert.deepEqual(unhandled.splice(0), []);
}

const unhandled: unknown[] = [];
const onUnhandled = (error: unknown) => unhandled.push(error);
beforeAll(() => void process.on('unhandledRejection', onUnhandled));
afterAll(() => void process.off('unhandledRejection', onUnhandled));
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it(`each session ends in time and cleans up once (${sequences.title})`, { retry: 0, timeout: 600_000 }, async () => {
  await sequences.hold(() => fc.asyncProperty(fc.array(event, { maxLength: 15 }), play));
});
