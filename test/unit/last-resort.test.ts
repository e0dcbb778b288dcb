import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Endable } from '../../core/endable.ts';
import { Group } from '../../core/group.ts';
import { Ladder } from '../../core/ladder.ts';
import { asLastResort } from '../../core/last-resort.ts';
import { budget, forced, forever, soon, step, thing } from '../support/ladder-thing.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount(), 'timers that are left').toBe(0);
  vi.useRealTimers();
});

describe('as the last resort', () => {
  it('forces at once though the stack stands inside a step or the door of the same ladder', () => {
    for (const where of ['door', 'step'] as const) {
      const seen: string[] = [];
      const end = () => {
        asLastResort(() => ladder.end(forced));
        seen.push(...log);
      };
      const { log, ladder } = thing({ closeDoor: () => where === 'door' && end(), force: soon }, [
        step('close', () => {
          if (where === 'step') end();
          return forever;
        }),
      ]);
      ladder.end(budget);
      expect(seen).toEqual(['door', 'force']);
      expect(log).toEqual(['door', 'force']);
    }
  });

  it('reaches the members whose turn to be forced has not come, and may come twice', () => {
    const seen: string[] = [];
    const force: Endable['force'] = (ended) => {
      asLastResort(() => {
        asLastResort(() => {});
        level.end(forced);
      });
      seen.push(...second.log);
      ended();
      return true;
    };
    const first = thing({ force }, [step('close', () => forever)]);
    const second = thing({ force: soon }, [step('close', () => forever)]);
    const group = new Group([first.ladder, second.ladder]);
    const level = new Ladder({
      name: 'level',
      forceCap: null,
      steps: () => [],
      force: (ended, reason) => group.force(ended, reason),
    });
    level.end(forced);
    expect(seen).toEqual(['door', 'force']);
    expect(second.log).toEqual(['door', 'force']);
  });

  it('closes the door first, and forces once', () => {
    const { log, ladder } = thing({
      force: (ended) => {
        ended();
        return true;
      },
    });
    asLastResort(() => ladder.end(forced));
    expect(log).toEqual(['door', 'force', 'settle']);
  });
});
