import { Deadline } from '../core/deadline.ts';
import type { EndReport } from '../core/disconnectable.ts';
import type { Endable as Leaf } from '../core/endable.ts';
import { Group, type Member } from '../core/group.ts';
import type { LadderState } from '../core/ladder.ts';
import { checkKeys, checkMs } from '../core/options.ts';
import { trackAlive } from './alive.ts';
import { ScopeClosedError } from './errors.ts';
import { Level, levelKey } from './level.ts';
import { memberTimeout, sessionTimeout } from './limits.ts';
import type { Endable, MemberOptions } from './members/kinds.ts';
import { makeMember } from './members/member.ts';
import { TaskScope, type TaskScopeOptions } from './scope.ts';
import { nest } from './work.ts';

export interface SessionOptions {
  /** The budget of `end()` in ms. Default 1500. */
  timeout?: number;
  /** As in {@link TaskScopeOptions}. */
  onError?: TaskScopeOptions['onError'];
}

/**
 * One call, with everything that belongs to it. It ends its tasks, then its members in the order in which they were added.
 *
 *     open ──end()──▶ closing ──members ended──▶ closed
 *                        └── budget spent, or end(true) ──▶ forcing ──▶ closed
 */
export class Session extends Level {
  readonly id: string;
  readonly #members: Member[] = [];
  readonly #name: string;
  readonly #onError: SessionOptions['onError'];
  #tasks: TaskScope | undefined;
  #group = new Group([]);

  /** @throws {TypeError} on an unknown option or an invalid `timeout` */
  constructor(id: string, options: SessionOptions = {}) {
    checkKeys('Session', options, ['timeout', 'onError']);
    const { timeout = sessionTimeout, onError } = options;
    super(checkMs('Session: timeout', timeout));
    this.id = id;
    this.#name = `session ${id}`;
    this.#onError = onError;
    this.ladder.onEnd(trackAlive('sessions', { toString: () => `${this.#name} (${this.state})` }));
  }

  /** Its work in the background. A session that has none makes no scope for it: thousands may end together. */
  get tasks(): TaskScope {
    this.#tasks ??= this.#makeTasks();
    return this.#tasks;
  }

  #makeTasks(): TaskScope {
    const tasks = new TaskScope(this.#onError === undefined ? {} : { onError: this.#onError });
    nest(tasks, this);
    if (this.state !== 'open') tasks[levelKey](Deadline.spent('force'));
    else this.#members.unshift({ cap: memberTimeout, end: (limit) => tasks[levelKey](limit) });
    return tasks;
  }

  get state(): LadderState {
    return this.ladder.state;
  }

  /** Settles with the report when the session has ended, whoever ended it. */
  get closed(): Promise<EndReport> {
    return this.ended;
  }

  /**
   * Adds a member and returns it.
   *
   * @throws {ScopeClosedError} when the end has begun; the member is forced at once
   * @throws {TypeError} on a member of an unknown kind, or an invalid option
   */
  use<T extends Endable>(name: string, member: T, options: MemberOptions = {}): T {
    const made = makeMember(this, this.#name, name, member, { timeout: memberTimeout, ...options });
    if (this.state !== 'open') {
      made.end(Deadline.spent('force'));
      throw new ScopeClosedError(this.#name);
    }
    this.#members.push(made);
    return member;
  }

  protected override endable(): Leaf {
    return {
      name: this.#name,
      forceCap: null,
      closeDoor: () => {
        this.#group = new Group(this.#members);
      },
      steps: () => [{ name: 'members', ask: (limit) => this.#group.inOrder(limit) }],
      force: (ended, reason) => this.#group.force(ended, reason),
      members: () => this.#group.reports,
    };
  }
}
