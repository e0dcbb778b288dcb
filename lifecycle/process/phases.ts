import type { Budget, Deadline } from '../../core/deadline.ts';
import type { EndReport } from '../../core/disconnectable.ts';
import type { Endable as Leaf, Step } from '../../core/endable.ts';
import { Group, type Member } from '../../core/group.ts';
import { Ladder } from '../../core/ladder.ts';
import { forcedPart, functionGrace, leastFlush, phaseReserve } from '../limits.ts';

/** The phases of a shutdown, in their order. The members of one phase end together. */
export const phases = ['drain', 'sessions', 'servers', 'resources', 'flush'] as const;
export type Phase = (typeof phases)[number];

export interface Times {
  readonly readinessDelay: number;
  readonly drain: number;
  /** From the end of the drain to the exit. */
  readonly timeout: number;
}

/** The members of one phase. */
class PhaseLevel {
  readonly members: Member[] = [];
  #group = new Group([]);
  readonly ladder: Ladder;

  constructor(name: Phase) {
    this.ladder = new Ladder({
      name,
      forceCap: null,
      closeDoor: () => {
        this.#group = new Group(this.members);
      },
      steps: () => [{ name: 'members', ask: (limit) => this.#group.together(limit) }],
      force: (ended, reason) => this.#group.force(ended, reason),
      members: () => this.#group.reports,
    });
  }
}

/**
 * Everything that ends with the process. The phases up to `resources` are one ladder. `flush` is another one after it, so that the
 * log and the traces of the first can be flushed.
 */
export class Phases {
  readonly #levels = new Map(phases.map((phase) => [phase, new PhaseLevel(phase)]));
  readonly #times: Times;
  readonly #onBudget: (ms: number) => void;
  #limit: Deadline | undefined;
  /** `performance.now()` by which the process wants to have exited. */
  #exitBy = Number.POSITIVE_INFINITY;
  #group = new Group([]);
  readonly ladder: Ladder;

  /** @param onBudget hears the ms until the process has to be gone, when the drain is over */
  constructor(times: Times, onBudget: (ms: number) => void) {
    this.#times = times;
    this.#onBudget = onBudget;
    this.ladder = new Ladder(this.#endable());
  }

  get flush(): Ladder {
    return this.#levels.get('flush')!.ladder;
  }

  /** The ms that the phase `flush` may take now. Somebody who insists waits no longer than its reserve. */
  get flushTime(): number {
    const left = this.ladder.report?.reason === 'force' ? phaseReserve : this.#exitBy - performance.now();
    return Math.max(leastFlush, left - functionGrace);
  }

  /** Begins the end, or adds the limit to it: also to the flush that is going on. */
  end(limit: Budget | Deadline): void {
    this.#mustExitIn(limit.timeout);
    this.ladder.end(limit);
    if (this.flush.state !== 'open') this.flush.end(limit);
  }

  /** The earliest of all times counts. */
  #mustExitIn(ms: number): void {
    this.#exitBy = Math.min(this.#exitBy, performance.now() + ms);
  }

  /** @throws {TypeError} */
  check(phase: Phase): void {
    if (!phases.includes(phase)) throw new TypeError(`use(): "${phase}" is no phase; the phases: ${phases.join(', ')}`);
  }

  add(phase: Phase, member: Member): void {
    this.#levels.get(phase)!.members.push(member);
  }

  #endable(): Leaf {
    return {
      name: 'process',
      forceCap: null,
      closeDoor: () => {
        this.#group = new Group(this.#ending());
      },
      steps: () => this.#steps(),
      force: (ended, reason) => this.#group.force(ended, reason),
      members: () => [...this.#drained, ...this.#group.reports],
    };
  }

  get #drained(): EndReport[] {
    const { report } = this.#levels.get('drain')!.ladder;
    return report === undefined ? [] : [report];
  }

  #steps(): Step[] {
    const { readinessDelay, drain, timeout } = this.#times;
    const reserve = this.#levels.get('flush')!.members.length > 0 ? forcedPart + phaseReserve : forcedPart;
    const drained = this.#levels.get('drain')!;
    const steps: Step[] = [];
    if (readinessDelay > 0) {
      steps.push({ name: 'readiness', ask: (limit) => wait(readinessDelay, limit) });
    }
    if (drain > 0 && drained.members.length > 0) {
      steps.push({ name: 'drain', cap: drain, ask: (limit) => drained.ladder.end(limit).ended });
    }
    steps.push({
      name: 'phases',
      cap: timeout - Math.min(reserve, timeout / 2),
      ask: (limit) => {
        this.#mustExitIn(timeout);
        this.#onBudget(timeout);
        this.#limit = limit;
        return this.#group.inOrder(limit);
      },
    });
    return steps;
  }

  /** The phases that have members, each with what it may take. */
  #ending(): Member[] {
    const names = (['sessions', 'servers', 'resources'] as const).filter(
      (name) => this.#levels.get(name)!.members.length > 0,
    );
    return names.map((name, index) => {
      const cap = () => this.#share(names.length - 1 - index);
      return {
        get cap() {
          return cap();
        },
        end: (limit) => this.#levels.get(name)!.ladder.end(limit),
      };
    });
  }

  /** The ms that are left, without the reserve of the phases that come after. */
  #share(phasesAfter: number): number {
    const left = this.#limit?.timeout ?? 0;
    return left - phasesAfter * Math.min(phaseReserve, left / (phasesAfter + 1));
  }
}

function wait(ms: number, { signal }: Deadline): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => clearTimeout(timer));
  });
}

/**
 * Makes a function a member of the phase `drain`. Its time may be over before it is done: calls that go on longer are ended politely in
 * the next phase, and so nothing was forced.
 */
export function draining(name: string, wait: unknown): Member {
  if (typeof wait !== 'function') throw new TypeError(`use("${name}"): a member of the phase drain is a function`);
  const ladder = new Ladder({
    name,
    steps: () => [{ name: 'drain', ask: async (limit) => wait(limit) }],
    force: () => false,
  });
  return { end: (limit) => ladder.end(limit) };
}
