/** Spawns and ends that meet: no process is left, and none gets a signal twice. */
import { randomUUID } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, it, vi } from 'vitest';
import {
  AgentError,
  AgentRegistry,
  type AgentRegistryOptions,
  type AgentStore,
  fileStore,
  redisStore,
} from '../../lifecycle/agents/index.ts';
import { ScopeClosedError } from '../../lifecycle/index.ts';
import { isLong } from '../contract/played.ts';
import { hasRedis, needsRedis, RedisServer } from '../support/redis.ts';
import { agentCommand, lives, newFolder, processesWith, sleeper, until } from './processes.ts';

/** Signals by PID: `4711 SIGTERM`. */
function countSignals(): Map<string, number> {
  const counts = new Map<string, number>();
  const { kill } = process;
  vi.spyOn(process, 'kill').mockImplementation((pid, signal) => {
    const key = `${pid} ${signal}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    return kill.call(process, pid, signal);
  });
  return counts;
}

afterEach(() => void vi.restoreAllMocks());

const make = (options: AgentRegistryOptions) => new AgentRegistry({ grace: 1000, logger: false, ...options });
const codeOf = (error: unknown) => (error instanceof AgentError ? error.code : error);

async function race(store: AgentStore, rounds: number, expect: typeof import('vitest').expect): Promise<void> {
  const signals = countSignals();
  const mark = randomUUID();
  await using agents = make({ store });
  const results: Record<string, number> = {};
  const count = (result: string) => {
    results[result] = (results[result] ?? 0) + 1;
  };
  for (let round = 0; round < rounds; round += 10) {
    await Promise.all(
      Array.from({ length: Math.min(10, rounds - round) }, async (_, index) => {
        const id = `race-${round + index}`;
        const spawned = agents.spawn(id, sleeper(), { ready: false, env: { MARK: mark } }).then(
          () => 'spawned',
          (error: unknown) => String(codeOf(error)),
        );
        // From before the process is there until after it was recorded.
        await sleep(Math.random() * 40);
        const ends = await Promise.all([agents.end(id), agents.end(id)]);
        count(await spawned);
        expect(ends[0]).toBe(ends[1]);
        expect(ends[0]?.survivors).toEqual([]);
      }),
    );
  }
  expect(Object.keys(results).sort().join()).toMatch(/^(ERR_AGENT_ENDED,)?spawned$|^ERR_AGENT_ENDED$/);
  expect(processesWith(mark)).toEqual([]);
  await until(async () => (await store.list()).length === 0);
  expect([...signals].filter(([, times]) => times > 1)).toEqual([]);
}

const rounds = isLong ? 1000 : 60;

describe('a spawn and two ends at the same moment', { timeout: 300_000 }, () => {
  it(`leave nothing behind, ${rounds} times, with the embedded store`, ({ expect }) =>
    race(fileStore(newFolder()), rounds, expect as never));

  it.skipIf(!hasRedis)(`leave nothing behind, ${rounds} times, with Redis${needsRedis}`, async ({ expect }) => {
    const redis = await RedisServer.start();
    try {
      await race(redisStore(await redis.client()), rounds, expect as never);
    } finally {
      await redis.stop();
    }
  });
});

describe('an agent', () => {
  it('that is ended while it is spawned does not start', async ({ expect }) => {
    await using agents = make({ store: fileStore(newFolder()) });
    const mark = randomUUID();
    const spawned = agents.spawn('one', sleeper(), { env: { MARK: mark } });
    const end = agents.end('one');
    await expect(spawned).rejects.toMatchObject({ code: 'ERR_AGENT_ENDED', id: 'one' });
    expect(await end).toMatchObject({ result: 'alreadyDead' });
    expect(processesWith(mark)).toEqual([]);
  });

  it.for(['at once', 'a moment later'])(
    'that is ended while its process starts does not live on: %s',
    async (when, { expect, onTestFinished }) => {
      await using agents = make({ store: fileStore(newFolder()) });
      await agents.spawn('another', sleeper(), { ready: false });
      let end: Promise<unknown> | undefined;
      const onProcess = () => {
        const begin = () => {
          end = agents.end('one');
        };
        if (when === 'at once') begin();
        else queueMicrotask(begin);
      };
      subscribe('child_process', onProcess);
      onTestFinished(() => void unsubscribe('child_process', onProcess));
      const mark = randomUUID();
      const spawned = agents.spawn('one', sleeper(), { ready: false, env: { MARK: mark } });
      await expect(spawned).rejects.toMatchObject({ code: 'ERR_AGENT_ENDED' });
      expect(await end).toMatchObject({ result: 'alreadyDead' });
      expect(processesWith(mark)).toEqual([]);
      expect(await agents.store.get('one')).toBeUndefined();
    },
  );

  it('of another registry is ended though its id had an end before', async ({ expect }) => {
    const folder = newFolder();
    await using agents = make({ store: fileStore(folder), host: 'a' });
    await using others = make({ store: fileStore(folder), host: 'a' });
    await agents.spawn('one', sleeper(), { ready: false });
    const first = await agents.end('one');
    const { pid } = await others.spawn('one', sleeper(), { ready: false });
    const second = await agents.end('one');
    expect(second).not.toBe(first);
    expect(lives(pid)).toBe(false);
    expect(await agents.end('one')).toBe(second);
  });

  it('of another registry is forced while it is looked up', async ({ expect }) => {
    const folder = newFolder();
    await using others = make({ store: fileStore(folder), host: 'a' });
    await using agents = make({ store: fileStore(folder), host: 'a', grace: 60_000 });
    await (await others.spawn('one', agentCommand('deaf'))).ready;
    const polite = agents.end('one');
    const forced = agents.end('one', true);
    expect(await forced).toBe(await polite);
    expect(await forced).toMatchObject({ result: 'killed' });
  });

  it('that has died by itself leaves nothing, and its end says so', async ({ expect }) => {
    await using agents = make({ store: fileStore(newFolder()) });
    const mark = randomUUID();
    const agent = await agents.spawn('one', agentCommand('brief', 'setsid'), { env: { MARK: mark } });
    expect(await agent.exited).toEqual({ code: 0, signal: null });
    expect(await agent.gone).toMatchObject({ result: 'alreadyDead' });
    expect(processesWith(mark)).toEqual([]);
    expect(await agents.end('one')).toMatchObject({ result: 'alreadyDead' });
    await until(async () => (await agents.store.list()).length === 0);
  });

  it('that crashes before it is ready tells it by `ready`', async ({ expect }) => {
    await using agents = make({ store: fileStore(newFolder()) });
    const lines: string[] = [];
    const spawned = agents.spawn('one', agentCommand('crash'), {
      onLine: (line, from) => lines.push(`${from} ${line}`),
    });
    await expect(spawned.then(({ ready }) => ready)).rejects.toMatchObject({ code: 'ERR_AGENT_NOT_READY' });
    await agents.end('one');
    expect(lines).toEqual(['stderr a bug at the start']);
  });

  it.for([
    ['has printed nothing', 'exec sleep 60', true],
    ['has printed a line', 'echo hello; exec sleep 60', false],
  ] as const)(
    'that %s when its time is over: only silence may come from a buffer',
    async ([, script, isSilent], { expect }) => {
      await using agents = make({ store: fileStore(newFolder()) });
      const { ready } = await agents.spawn('one', ['sh', '-c', script], { readyTimeout: 1000 });
      const error = await ready.catch((error: AgentError) => error);
      expect(error).toMatchObject({ code: 'ERR_AGENT_NOT_READY' });
      const { message } = error as AgentError;
      if (isSilent) expect(message).toMatch(/has printed nothing.*python3 -u/);
      else expect(message).not.toMatch(/nothing|python3/);
    },
  );

  it('that is forced during its grace is gone at once', async ({ expect }) => {
    await using agents = make({ store: fileStore(newFolder()), grace: 60_000 });
    await (await agents.spawn('one', agentCommand('deaf'))).ready;
    const polite = agents.end('one');
    const forced = agents.end('one', true);
    expect(await forced).toBe(await polite);
    expect(await forced).toMatchObject({ result: 'killed' });
  });

  it('may have the id of one that has ended', async ({ expect }) => {
    await using agents = make({ store: fileStore(newFolder()) });
    for (let round = 0; round < 3; round++) {
      const agent = await agents.spawn('one', sleeper(), { ready: false });
      await expect(agents.spawn('one', sleeper())).rejects.toMatchObject({ code: 'ERR_AGENT_EXISTS' });
      expect(await agents.store.get('one')).toMatchObject({ pid: agent.pid });
      expect(await agents.end('one')).toMatchObject({ result: 'exited' });
    }
  });

  it('is refused when all were ended', async ({ expect }) => {
    const agents = make({ store: fileStore(newFolder()) });
    await agents.spawn('one', sleeper());
    const late = expect(agents.spawn('two', sleeper())).rejects.toMatchObject({ code: 'ERR_AGENT_ENDED' });
    expect(await agents.endAll()).toMatchObject({ name: 'agents', outcome: 'graceful', abandoned: [] });
    await late;
    await expect(agents.spawn('three', sleeper())).rejects.toBeInstanceOf(ScopeClosedError);
  });
});
