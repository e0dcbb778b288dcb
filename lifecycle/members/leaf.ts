import { Deadline } from '../../core/deadline.ts';
import type { EndReport, ForceReason } from '../../core/disconnectable.ts';
import type { Endable, Step } from '../../core/endable.ts';
import type { Manner, MemberOptions } from './kinds.ts';

/** One thing as a leaf of the tree: something that a ladder can end. It has no functions of its own: there may be thousands. */
export class Leaf implements Endable {
  readonly name: string;
  readonly forceCap: number | undefined;
  readonly #manner: Manner;
  readonly #destroy: MemberOptions['force'];
  #wasAsked = false;
  #asked: Promise<unknown> | undefined;
  #isOver = false;
  #report: EndReport | undefined;

  constructor(name: string, manner: Manner, { force }: MemberOptions) {
    this.name = name;
    this.forceCap = manner.grace;
    this.#manner = manner;
    this.#destroy = force;
  }

  steps(): readonly Step[] {
    return [{ name: this.#manner.step, ask: (limit) => this.#ask(limit) }];
  }

  #ask(limit: Deadline): Promise<unknown> | undefined {
    // It may block the event loop, and be forced from inside.
    this.#wasAsked = true;
    const ending = this.#manner.ask(limit);
    if (ending === undefined) {
      this.#isOver = true;
      return undefined;
    }
    const over = () => {
      this.#isOver = true;
    };
    this.#asked = Promise.resolve(ending);
    this.#asked.then((result) => {
      over();
      if (isReport(result)) this.#report = result;
    }, over);
    return this.#asked;
  }

  force(ended: () => void, reason: ForceReason): boolean {
    const isLate = this.#wasAsked;
    if (!isLate) this.#ask(spentLimit(reason));
    if (this.#isOver) return false;
    const destroy = this.#destroy;
    try {
      destroy?.();
    } finally {
      this.#manner.destroy?.(isLate);
    }
    this.#asked?.then(ended, ended);
    return true;
  }

  members(): EndReport[] | undefined {
    return this.#report === undefined ? undefined : [this.#report];
  }
}

/** Each has a signal of its own, because listeners of the user may stay on it. */
function spentLimit(reason: ForceReason): Deadline {
  const limit = new Deadline();
  limit.spend(reason);
  return limit;
}

const isReport = (value: unknown): value is EndReport =>
  typeof value === 'object' && value !== null && 'outcome' in value && 'abandoned' in value && 'steps' in value;
