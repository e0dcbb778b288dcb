import type { Limit } from '../core/deadline.ts';
import type { Endable as Leaf } from '../core/endable.ts';
import { Group } from '../core/group.ts';
import { maxDelay } from '../core/limits.ts';
import { checkKeys, checkMs, checkSignal } from '../core/options.ts';
import { ScopeClosedError } from './errors.ts';
import { Level, levelKey } from './level.ts';
import { sessionsTimeout, sessionTimeout } from './limits.ts';
import { Session, type SessionOptions } from './session.ts';
import { nest } from './work.ts';

export interface SessionStoreOptions {
  /** Names it in reports. Default `sessions`. */
  name?: string;
  /** The budget of one session in ms, alone or with all others. Default 1500. */
  sessionTimeout?: number;
  /** The budget in ms of the end of all sessions. Default 3000. */
  timeout?: number;
  /** Hears of a task of a session that threw. Default: the `logger` of `createShutdown()`, or else one warning of the process for each. */
  onError?: SessionOptions['onError'];
}

/** All sessions. They end together, each within its own budget: a stuck one costs the others nothing. */
export class SessionStore extends Level implements Iterable<Session> {
  readonly #name: string;
  readonly #options: SessionOptions & { timeout: number };
  readonly #sessions = new Map<string, Session>();
  #isAccepting = true;
  /** They wait for the last session to end. */
  readonly #drains = new Set<() => void>();
  #group = new Group([]);

  /** @throws {TypeError} on an unknown option or an invalid time */
  constructor(options: SessionStoreOptions = {}) {
    checkKeys('SessionStore', options, ['name', 'sessionTimeout', 'timeout', 'onError']);
    const { name = 'sessions', timeout = sessionsTimeout, onError } = options;
    super(checkMs('SessionStore: timeout', timeout));
    this.#name = name;
    const single = checkMs('SessionStore: sessionTimeout', options.sessionTimeout ?? sessionTimeout);
    this.#options = onError === undefined ? { timeout: single } : { timeout: single, onError };
  }

  /** False from `drain()` or `end()` on. Answer with HTTP 503 then, or with close code 1013. */
  get accepting(): boolean {
    return this.#isAccepting && this.ladder.state === 'open';
  }

  /** The number of sessions that have not ended. */
  get size(): number {
    return this.#sessions.size;
  }

  /**
   * Makes a session. It is removed when it has ended.
   *
   * @throws {ScopeClosedError} when the store is not {@link accepting}
   * @throws {TypeError} when a session with this id has not ended
   */
  open(id: string): Session {
    if (!this.accepting) throw new ScopeClosedError(this.#name);
    if (this.#sessions.has(id)) throw new TypeError(`${this.#name}: a session ${id} exists and has not ended`);
    const session = new Session(id, this.#options);
    nest(session, this);
    this.#sessions.set(id, session);
    Level.ladderOf(session).onEnd(() => {
      this.#sessions.delete(id);
      if (this.size === 0) for (const over of this.#drains) over();
    });
    return session;
  }

  /** Finds an open session. One that has begun to end is not found. */
  get(id: string): Session | undefined {
    const session = this.#sessions.get(id);
    return session?.state === 'open' ? session : undefined;
  }

  /** Iterates over the sessions that have not ended. */
  [Symbol.iterator](): Iterator<Session> {
    return this.#sessions.values();
  }

  /**
   * Opens no session from now on, and waits until the last one has ended, at most `timeout` ms or until the signal is aborted.
   * It ends none: {@link end} does.
   *
   * @returns the number of sessions that are left
   * @throws {TypeError} at once, on an invalid `timeout`, and a `signal` that is none
   */
  drain({ timeout, signal }: Pick<Limit, 'timeout'> & Partial<Limit>): Promise<number> {
    const longest = checkMs('drain(): timeout', Math.min(timeout, maxDelay));
    checkSignal('drain()', signal);
    this.#isAccepting = false;
    return new Promise((resolve) => {
      const over = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', over);
        this.#drains.delete(over);
        resolve(this.size);
      };
      const timer = setTimeout(over, Math.ceil(longest));
      signal?.addEventListener('abort', over);
      this.#drains.add(over);
      if (this.size === 0 || signal?.aborted) over();
    });
  }

  protected override endable(): Leaf {
    const cap = this.#options.timeout;
    return {
      name: this.#name,
      forceCap: null,
      closeDoor: () => {
        const sessions = [...this];
        this.#group = new Group(sessions.map((session) => ({ cap, end: (limit) => session[levelKey](limit) })));
      },
      steps: () => [{ name: 'sessions', ask: (limit) => this.#group.together(limit) }],
      force: (ended, reason) => this.#group.force(ended, reason),
      members: () => this.#group.reports,
    };
  }
}
