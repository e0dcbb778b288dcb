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
  readonly tasks: TaskScope;
  readonly #members: Member[];
  readonly #name: string;
  #group = new Group([]);

  /** @throws {TypeError} on an unknown option or an invalid `timeout` */
  constructor(id: string, options: SessionOptions = {}) {
    checkKeys('Session', options, ['timeout', 'onError']);
    const { timeout = sessionTimeout, onError } = options;
    super(checkMs('Session: timeout', timeout));
    this.id = id;
    this.#name = `session ${id}`;
    this.tasks = new TaskScope(onError === undefined ? {} : { onError });
    nest(this.tasks, this);
    this.#members = [{ cap: memberTimeout, end: (limit) => this.tasks[levelKey](limit) }];
    this.ladder.onEnd(trackAlive('sessions', { toString: () => `${this.#name} (${this.state})` }));
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
