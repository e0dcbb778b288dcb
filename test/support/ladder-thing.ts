import type { Endable, Step } from '../../core/endable.ts';
import { Ladder } from '../../core/ladder.ts';

export const forever = new Promise<never>(() => {});
/** Ends in the next microtask. */
export const soon: Endable['force'] = (ended) => {
  queueMicrotask(ended);
  return true;
};
export const budget = { timeout: 2000 };
export const forced = { force: true, timeout: 0 };

/** A thing that writes down everything that is done to it. */
export function thing(
  overrides: Partial<Endable> = {},
  steps: readonly Step[] = [],
): { log: string[]; ladder: Ladder } {
  const log: string[] = [];
  const ladder = new Ladder({
    ...overrides,
    name: overrides.name ?? 'thing',
    steps: () => steps,
    closeDoor() {
      log.push('door');
      overrides.closeDoor?.();
    },
    force(ended, reason) {
      log.push('force');
      return overrides.force?.(ended, reason) ?? false;
    },
    settle() {
      log.push('settle');
      return overrides.settle?.() ?? [];
    },
  });
  return { log, ladder };
}

export function step(name: string, ask: Step['ask'], cap: number | undefined = 500): Step {
  return { name, cap, ask };
}

export const outcomes = (ladder: Ladder) => ladder.report?.steps.map(({ name, outcome }) => [name, outcome]);
