import { Deadline } from '../../core/deadline.ts';
import type { EndReport, ForceReason } from '../../core/disconnectable.ts';
import type { Endable as Leaf } from '../../core/endable.ts';
import type { Manner, MemberOptions } from './kinds.ts';

/** Makes one thing a leaf of the tree: something that a ladder can end. */
export function makeLeaf(name: string, manner: Manner, { force }: MemberOptions): Leaf {
  let wasAsked = false;
  let asked: Promise<unknown> | undefined;
  let isOver = false;
  let report: EndReport | undefined;

  const ask = (limit: Deadline): Promise<unknown> | undefined => {
    // It may block the event loop, and be forced from inside.
    wasAsked = true;
    const ending = manner.ask(limit);
    if (ending === undefined) {
      isOver = true;
      return undefined;
    }
    const over = () => {
      isOver = true;
    };
    asked = Promise.resolve(ending);
    asked.then((result) => {
      over();
      if (isReport(result)) report = result;
    }, over);
    return asked;
  };

  return {
    name,
    ...(manner.grace !== undefined && { forceCap: manner.grace }),
    steps: () => [{ name: manner.step, ask }],
    force(ended, reason) {
      const isLate = wasAsked;
      if (!isLate) ask(spentLimit(reason));
      if (isOver) return false;
      try {
        force?.();
      } finally {
        manner.destroy?.(isLate);
      }
      asked?.then(ended, ended);
      return true;
    },
    members: () => (report === undefined ? undefined : [report]),
  };
}

/** Each has a signal of its own, because listeners of the user may stay on it. */
function spentLimit(reason: ForceReason): Deadline {
  const limit = new Deadline();
  limit.spend(reason);
  return limit;
}

const isReport = (value: unknown): value is EndReport =>
  typeof value === 'object' && value !== null && 'outcome' in value && 'abandoned' in value && 'steps' in value;
