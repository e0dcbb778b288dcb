/** Sessions and their store: the order of the members, their budgets, and what one stuck session costs the others. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EndReport, type Limit, ScopeClosedError, Session, SessionStore } from '../../lifecycle/index.ts';

const forever = new Promise<never>(() => {});
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const names = ({ members = [] }: EndReport) => members.map(({ name, outcome }) => `${name} ${outcome}`);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount(), 'timers that are left').toBe(0);
  vi.useRealTimers();
});

describe('a session', () => {
  it('ends its tasks, then its members in their order', async () => {
    const log: string[] = [];
    const session = new Session('42');
    void session.tasks.run('assessment', async (signal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      await pause(50);
      log.push('assessment');
    });
    for (const name of ['bridge', 'provider', 'transcript']) {
      session.use(name, async () => {
        await pause(10);
        log.push(name);
      });
    }
    const ended = session.end();
    expect(session.state).toBe('closing');
    await vi.advanceTimersByTimeAsync(80);
    const report = await ended;
    expect(log).toEqual(['assessment', 'bridge', 'provider', 'transcript']);
    expect(report.name).toBe('session 42');
    expect(names(report)).toEqual(['tasks graceful', 'bridge graceful', 'provider graceful', 'transcript graceful']);
    expect(session.state).toBe('closed');
    expect(await session.closed).toBe(report);
  });

  it('hands each member what is left, and goes on after one that is stuck', async () => {
    const session = new Session('42', { timeout: 1500 });
    let left = 0;
    session.use('stuck', () => forever);
    session.use('next', ({ timeout }: Limit) => {
      left = timeout;
    });
    const ended = session.end();
    await vi.advanceTimersByTimeAsync(1000 + 100 + 2);
    expect(left).toBeGreaterThan(300);
    expect(left).toBeLessThanOrEqual(400);
    const report = await ended;
    expect(names(report)).toEqual(['stuck forced', 'next graceful']);
    expect(report).toMatchObject({ outcome: 'forced', abandoned: ['session 42 › stuck'] });
  });

  it('reports an error of a member, and goes on', async () => {
    const session = new Session('42');
    let hasEnded = false;
    session.use('throws', () => {
      throw new Error('cleanup failed on purpose');
    });
    session.use('rejects', () => Promise.reject(new Error('rejected')));
    session.use('last', () => {
      hasEnded = true;
    });
    const report = await session.end();
    expect(hasEnded).toBe(true);
    expect(names(report)).toEqual(['throws forced', 'rejects forced', 'last graceful']);
    expect(report.members?.[0]).toMatchObject({
      reason: 'failed',
      steps: [{ error: { message: 'cleanup failed on purpose' } }, {}],
    });
    expect(report.abandoned).toEqual([]);
  });

  it('forces all that is left in one tick, also members whose turn has not come', async () => {
    const session = new Session('42');
    const forced: string[] = [];
    session.use('stuck', () => forever, { force: () => forced.push('stuck') });
    session.use('waits', ({ timeout }: Limit) => void forced.push(`waits ${timeout}`));
    session.use('destroyed', () => forever, { force: () => forced.push('destroyed') });
    const ended = session.end();
    await vi.advanceTimersByTimeAsync(10);
    void session.end(true);
    expect(forced).toEqual(['stuck', 'waits 0', 'destroyed']);
    expect(session.state).toBe('forcing');
    await vi.advanceTimersByTimeAsync(102);
    expect(await ended).toMatchObject({ outcome: 'forced', reason: 'force' });
  });

  it('may be ended by one of its members and by one of its tasks', async () => {
    const session = new Session('42');
    let fromTask: EndReport | undefined;
    session.use('clean-up', async () => {
      await session.end();
    });
    void session.tasks.run('bridge', async () => {
      await pause(5);
      fromTask = await session.end();
    });
    await vi.advanceTimersByTimeAsync(5);
    expect(fromTask).toMatchObject({ outcome: 'graceful', abandoned: [] });
  });

  it('starts no task once its end has begun, also when it had none before', async () => {
    const session = new Session('42');
    session.use('stuck', () => forever);
    const ended = session.end();
    const task = vi.fn();
    await expect(session.tasks.run('late', task)).rejects.toThrow(ScopeClosedError);
    expect(() => session.tasks.interval('late', 10, task)).toThrow(ScopeClosedError);
    expect(session.tasks.signal.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(1000 + 100 + 2);
    expect(names(await ended)).toEqual(['stuck forced']);
    await expect(session.tasks.run('later', task)).rejects.toThrow(ScopeClosedError);
    expect(task).not.toHaveBeenCalled();
  });

  it('forces a member that comes late', async () => {
    const session = new Session('42');
    const ended = session.end();
    const force = vi.fn();
    expect(() => session.use('late', () => forever, { force })).toThrow(ScopeClosedError);
    expect(force).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(102);
    expect((await ended).outcome).toBe('graceful');
  });

  it('has the report of a client as a part of its own', async () => {
    const session = new Session('42');
    const report: EndReport = {
      name: 'client',
      outcome: 'forced',
      durationMs: 3,
      steps: [],
      abandoned: ['client › socket tts'],
    };
    session.use('provider', { disconnect: async () => report });
    session.use('by a function', (limit: Limit) => ({ disconnect: async (_: Limit) => report }).disconnect(limit));
    expect((await session.end()).abandoned).toEqual([
      'session 42 › provider › client › socket tts',
      'session 42 › by a function › client › socket tts',
    ]);
  });

  it('refuses a member that nobody knows how to end', () => {
    const session = new Session('42');
    // @ts-expect-error It has no end.
    expect(() => session.use('thing', {})).toThrow('hand in a function that does');
    // @ts-expect-error It is not there yet.
    expect(() => session.use('thing', Promise.resolve())).toThrow('this is a promise; hand in a function that waits');
    // @ts-expect-error It is misspelt.
    expect(() => session.use('thing', () => {}, { tiemout: 5 })).toThrow('unknown option "tiemout"');
  });
});

describe('a store', () => {
  it('finds open sessions only, and forgets them when they have ended', async () => {
    const store = new SessionStore();
    const session = store.open('a');
    session.use('slow', () => pause(100));
    expect(store.get('a')).toBe(session);
    expect(() => store.open('a')).toThrow('a session a exists');
    const ended = session.end();
    expect(store.get('a')).toBeUndefined();
    expect([...store]).toEqual([session]);
    expect(() => store.open('a')).toThrow(TypeError);
    await vi.advanceTimersByTimeAsync(100);
    await ended;
    expect(store.size).toBe(0);
    expect(store.open('a')).not.toBe(session);
  });

  it('ends all sessions at once; a stuck one costs the others nothing', async () => {
    const store = new SessionStore({ sessionTimeout: 500 });
    const over: Record<string, number> = {};
    for (let n = 0; n < 10; n++) {
      const session = store.open(`${n}`);
      session.use('clean-up', () => (n === 3 ? forever : pause(20)));
      session.use('client', () => {
        over[n] = performance.now();
      });
    }
    const start = performance.now();
    const ended = store.end();
    expect(store.accepting).toBe(false);
    expect(() => store.open('late')).toThrow(ScopeClosedError);
    await vi.advanceTimersByTimeAsync(602);
    const report = await ended;
    expect(names(report).filter((name) => name.endsWith('forced'))).toEqual(['session 3 forced']);
    expect(report.abandoned).toEqual(['sessions › session 3 › clean-up']);
    for (const [n, at] of Object.entries(over)) expect(at - start).toBe(n === '3' ? 500 : 20);
    expect(store.size).toBe(0);
  });

  it('ends within its own budget though its sessions may take longer', async () => {
    const store = new SessionStore({ sessionTimeout: 5000, timeout: 300 });
    store.open('a').use('stuck', () => forever, { timeout: 5000 });
    const ended = store.end();
    await vi.advanceTimersByTimeAsync(402);
    expect((await ended).durationMs).toBeLessThanOrEqual(402);
  });

  it('drains: opens none, and waits for the last session to end by itself', async () => {
    const store = new SessionStore();
    const [one, two] = [store.open('one'), store.open('two')];
    let left: number | undefined;
    void store.drain({ timeout: 60_000 }).then((count) => {
      left = count;
    });
    expect(store.accepting).toBe(false);
    expect(() => store.open('three')).toThrow(ScopeClosedError);
    expect(store.get('one')).toBe(one);
    await one.end();
    await vi.advanceTimersByTimeAsync(1000);
    expect(left).toBeUndefined();
    await two.end();
    await vi.advanceTimersByTimeAsync(0);
    expect(left).toBe(0);
  });

  it('tells how many sessions are left when the drain is over or is cut short', async () => {
    const store = new SessionStore();
    store.open('one');
    store.open('two');
    const controller = new AbortController();
    const timed = store.drain({ timeout: 100 });
    const cut = store.drain({ timeout: 60_000, signal: controller.signal });
    await vi.advanceTimersByTimeAsync(100);
    expect(await timed).toBe(2);
    controller.abort();
    expect(await cut).toBe(2);
    await store.end();
    expect(await store.drain({ timeout: 60_000 })).toBe(0);
  });

  it('refuses a drain without a time or with a signal that is none, and goes on', () => {
    const store = new SessionStore();
    expect(() => store.drain({} as never)).toThrow(/^drain\(\): timeout: /);
    expect(() => store.drain({ timeout: 5, signal: {} as never })).toThrow('drain(): signal must be an AbortSignal');
    expect(store.accepting).toBe(true);
  });

  it('ends its sessions for a task that calls for it', async () => {
    const store = new SessionStore();
    let report: EndReport | undefined;
    void store.open('a').tasks.run('admin', async () => {
      report = await store.end();
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(report).toMatchObject({ outcome: 'graceful', abandoned: [] });
  });
});

it('ten times as many sessions take about ten times as long', { timeout: 30_000 }, async () => {
  vi.useRealTimers();
  const once = async (count: number) => {
    const store = new SessionStore();
    for (let n = 0; n < count; n++) {
      const session = store.open(`${n}`);
      session.tasks.interval('keepalive', 1000, () => {});
      for (const name of ['bridge', 'provider', 'transcript', 'client']) session.use(name, async () => {});
    }
    const start = performance.now();
    expect(await store.end()).toMatchObject({ outcome: 'graceful', abandoned: [] });
    return performance.now() - start;
  };
  await once(100);
  const small = Math.min(await once(100), await once(100), await once(100));
  expect((await once(1000)) / small).toBeLessThan(40);
  vi.useFakeTimers();
});
