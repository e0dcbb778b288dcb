/** The shutdown in this process: the order and the budgets of the phases, and everybody who hears of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  createShutdown,
  ScopeClosedError,
  SessionStore,
  type Shutdown,
  type ShutdownOptions,
  TaskScope,
  whyAlive,
} from '../../lifecycle/index.ts';

const forever = new Promise<never>(() => {});
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

let shutdown: Shutdown;
/** One that leaves this process alone. */
function make(options: ShutdownOptions = {}): Shutdown {
  vi.useFakeTimers();
  shutdown = createShutdown({ signals: [], errors: false, watchdog: false, exit: false, logger: false, ...options });
  return shutdown;
}
afterEach(() => {
  shutdown[Symbol.dispose]();
  expect(vi.getTimerCount(), 'timers that are left').toBe(0);
  vi.useRealTimers();
});

describe('the phases', () => {
  it('end in their order, whatever the order of use()', async () => {
    const log: string[] = [];
    make({ drain: 100, readinessDelay: 50 });
    for (const phase of ['flush', 'servers', 'drain', 'resources', 'sessions'] as const) {
      for (const name of ['a', 'b']) {
        shutdown.use(phase, name, async () => {
          log.push(`${phase} ${name}`);
          await pause(10);
        });
      }
    }
    const ended = shutdown.end('a test');
    expect([shutdown.ready, shutdown.signal.aborted, shutdown.signal.reason]).toEqual([false, true, 'a test']);
    await vi.advanceTimersByTimeAsync(49);
    expect(log).toEqual([]);
    await vi.advanceTimersByTimeAsync(60);
    const report = await ended;
    expect(log).toEqual(
      ['drain', 'sessions', 'servers', 'resources', 'flush'].flatMap((phase) => [`${phase} a`, `${phase} b`]),
    );
    expect(report).toMatchObject({ cause: 'a test', outcome: 'graceful', exitCode: 0, durationMs: 100 });
    expect(report.members?.map(({ name }) => name)).toEqual(['drain', 'sessions', 'servers', 'resources', 'flush']);
  });

  it('keep a reserve for those that come after', async () => {
    make({ timeout: 3000 });
    const left: Record<string, number> = {};
    shutdown.use('sessions', 'stuck', () => forever);
    shutdown.use('servers', 'server', async ({ timeout }) => {
      left.servers = timeout;
      await forever;
    });
    shutdown.use('resources', 'pool', ({ timeout }) => {
      left.resources = timeout;
    });
    shutdown.use('flush', 'log', ({ timeout }) => {
      left.flush = timeout;
    });
    const ended = shutdown.end();
    await vi.advanceTimersByTimeAsync(3000);
    const report = await ended;
    expect(left.servers).toBeGreaterThan(50);
    expect(left.resources).toBeGreaterThan(50);
    expect(left.flush).toBeGreaterThan(50);
    expect(report).toMatchObject({ outcome: 'forced', exitCode: 1 });
    expect(report.abandoned).toEqual(['process › sessions › stuck', 'process › servers › server']);
    expect(report.durationMs).toBeLessThanOrEqual(3000);
  });

  it('end within the budget though everything is stuck', async () => {
    for (const timeout of [3000, 500, 100]) {
      make({ timeout });
      for (const phase of ['sessions', 'servers', 'resources', 'flush'] as const)
        shutdown.use(phase, 'stuck', () => forever);
      const ended = shutdown.end();
      // A budget that is shorter than the forced part of it cannot hold. Timers round up to whole ms, one after the other.
      await vi.advanceTimersByTimeAsync(Math.max(timeout, 500) + 10);
      expect((await ended).abandoned).toHaveLength(4);
    }
  });

  it('go on after one that throws', async () => {
    make();
    const end = vi.fn();
    shutdown.use('sessions', 'throws', () => {
      throw new Error('no');
    });
    shutdown.use('resources', 'pool', end);
    const report = await shutdown.end();
    expect(end).toHaveBeenCalledOnce();
    expect(report).toMatchObject({ outcome: 'forced', exitCode: 1, abandoned: [] });
  });

  it('are over with the drain as soon as the last call is, and its budget comes after', async () => {
    make({ drain: 60_000, timeout: 1000 });
    const sessions = new SessionStore();
    const session = sessions.open('42');
    shutdown.use('drain', 'calls', (limit) => sessions.drain(limit));
    shutdown.use('sessions', 'sessions', sessions);
    let left = 0;
    shutdown.use('servers', 'server', ({ timeout }) => {
      left = timeout;
    });
    const ended = shutdown.end();
    await vi.advanceTimersByTimeAsync(30_000);
    expect([sessions.accepting, session.state]).toEqual([false, 'open']);
    await session.end();
    await vi.advanceTimersByTimeAsync(0);
    expect((await ended).outcome).toBe('graceful');
    expect(left).toBeGreaterThan(600);
    expect(left).toBeLessThanOrEqual(700);
  });

  it('take nothing once the shutdown has begun', async () => {
    make();
    const ended = shutdown.end();
    const force = vi.fn();
    expect(() => shutdown.use('servers', 'late', () => forever, { force })).toThrow(ScopeClosedError);
    expect(force).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(200);
    await ended;
  });

  it('refuse what they cannot end', () => {
    make();
    // @ts-expect-error It is misspelt.
    expect(() => shutdown.use('server', 'name', () => {})).toThrow('is no phase; the phases: drain, sessions');
    expect(() => shutdown.use('drain', 'name', new TaskScope())).toThrow('is a function');
  });
});

describe('the shutdown', () => {
  it('is the same promise for everybody, and is forced at once when asked', async () => {
    make();
    shutdown.use('servers', 'stuck', () => forever);
    const ended = shutdown.end();
    expect(shutdown.end('another cause', { force: true })).toBe(ended);
    await vi.advanceTimersByTimeAsync(110);
    expect(await ended).toMatchObject({ cause: 'end()', outcome: 'forced', reason: 'force' });
  });

  it('may be called by its members, its tasks and its listeners', async () => {
    make();
    const tasks = new TaskScope();
    shutdown.use('sessions', 'tasks', tasks);
    shutdown.use('servers', 'server', () => shutdown.end());
    const seen: unknown[] = [];
    shutdown.signal.addEventListener('abort', () => void shutdown.end().then((report) => seen.push(report.cause)));
    void tasks.run('admin', async () => {
      seen.push((await shutdown.end('admin')).outcome);
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(seen.sort()).toEqual(['admin', 'graceful']);
  });

  it('tells an error as its cause, without keys', async () => {
    make();
    const report = await shutdown.end(new Error('no connection, api_key=sk_12345678'));
    expect(report).toMatchObject({ cause: 'Error: no connection, api_key=[redacted]', exitCode: 1 });
  });

  it('is one in a process', () => {
    make();
    expect(() => createShutdown()).toThrow('this process has a shutdown already');
    // @ts-expect-error It is misspelt.
    expect(() => createShutdown({ tiemout: 5 })).toThrow();
  });

  it('refuses a drain that is none of its options', () => {
    make();
    // @ts-expect-error It belongs to createShutdown().
    expect(() => shutdown.end('a test', { drain: 100 })).toThrow('end(): unknown option "drain"');
    expect(shutdown.ready).toBe(true);
  });

  it('logs to a logger of pino or winston, and goes on when it throws', async () => {
    const lines: unknown[][] = [];
    const log = (level: string) => (fields: object, text: string) =>
      lines.push([level, Object.keys(fields), text.split('\n')[0]]);
    make({ logger: { info: log('info'), warn: log('warn'), error: log('error') } });
    const tasks = new TaskScope();
    await tasks.run('fails', () => Promise.reject(new Error('no'))).catch(() => {});
    shutdown.use('servers', 'server', () => {
      throw new Error('no');
    });
    await shutdown.end('a test');
    expect(lines).toEqual([
      ['error', ['err', 'task'], 'task "fails" failed: no'],
      ['info', ['cause'], 'a test: the shutdown begins, 3000 ms at the most'],
      ['warn', ['report'], expect.stringMatching(/^a test: process: forced in \d+ ms, exit code 1$/)],
    ]);
    const broken = () => {
      throw new Error('the terminal has gone');
    };
    make({ logger: { info: broken, warn: broken, error: broken } });
    expect((await shutdown.end()).exitCode).toBe(0);
  });

  it('is a span with an event for each phase and member, which ends before the flush', async () => {
    const seen: unknown[] = [];
    const span = {
      setAttribute: (key: string, value: unknown) => seen.push([key, value]),
      addEvent: (name: string) => seen.push(name),
      setStatus: ({ code }: { code: number }) => seen.push(`status ${code}`),
      end: () => seen.push('end'),
    };
    const startSpan = (name: string) => {
      seen.push(name);
      return span;
    };
    make({ tracer: { startSpan } });
    shutdown.use('servers', 'server', () => {
      throw new Error('no');
    });
    shutdown.use('flush', 'traces', () => void seen.push('flushed'));
    await shutdown.end('a test');
    expect(seen).toEqual([
      'hangup.shutdown',
      ['hangup.cause', 'a test'],
      ['hangup.outcome', 'forced'],
      ['hangup.exit_code', 1],
      ['hangup.abandoned', 0],
      'servers',
      'servers › server',
      'status 2',
      'end',
      'flushed',
    ]);
  });
});

describe('whyAlive()', () => {
  it('names the tasks, sessions and members that have not ended', async () => {
    make();
    const sessions = new SessionStore();
    const session = sessions.open('42');
    session.use('provider', {
      connections: [{ name: 'socket tts', state: 'open', ageMs: 3000.4, streams: [] }],
      disconnect: async () => ({
        name: 'client',
        outcome: 'graceful' as const,
        durationMs: 0,
        steps: [],
        abandoned: [],
      }),
    });
    void session.tasks.run('assessment', (signal) => sleep(60_000, undefined, { signal }));
    shutdown.use('sessions', 'sessions', sessions);
    shutdown.use('resources', 'pool', () => {});
    const alive = whyAlive();
    expect(alive.tasks).toEqual([
      expect.stringMatching(
        /^tasks › task "assessment" \(0 ms old, spawned at test\/lifecycle\/phases\.test\.ts:\d+\)$/,
      ),
    ]);
    expect(alive.sessions).toEqual(['session 42 (open)']);
    expect(alive.members).toEqual(['session 42 › provider (socket tts is open for 3000 ms)', 'resources › pool']);
    expect(String(alive).split('\n').slice(0, 4)).toEqual([...alive.tasks, ...alive.sessions, ...alive.members]);
    await shutdown.end();
    expect(whyAlive()).toMatchObject({ tasks: [], sessions: [], members: [] });
  });
});
