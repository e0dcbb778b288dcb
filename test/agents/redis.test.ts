/** The registry with a real Redis: as the requirement says, and with a Redis that dies, freezes and comes back empty. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { describe, it, type TestContext } from 'vitest';
import { AgentRegistry, type AgentRegistryOptions, redisOptions, redisStore } from '../../lifecycle/agents/index.ts';
import { hasRedis, needsRedis, RedisServer } from '../support/redis.ts';
import { agentCommand, lives, processesWith, sleeper, until } from './processes.ts';

interface Setting {
  redis: RedisServer;
  /** A client of the test's own. */
  client: Redis;
  agents: AgentRegistry;
  mark: string;
  spawn(id: string, ...faults: string[]): ReturnType<AgentRegistry['spawn']>;
}

async function setting({ onTestFinished }: TestContext, options: AgentRegistryOptions = {}): Promise<Setting> {
  const redis = await RedisServer.start();
  const store = redisStore(await redis.client());
  const agents = new AgentRegistry({ store, host: 'a', grace: 600, logger: false, ...options });
  onTestFinished(async () => {
    await agents.endAll(true);
    await redis.stop();
  });
  const mark = randomUUID();
  const spawn = (id: string, ...faults: string[]) => {
    const command = faults.length === 0 ? sleeper() : agentCommand(...faults);
    return agents.spawn(id, command, { env: { MARK: mark }, ready: faults.length === 0 ? false : /Connected to/ });
  };
  return { redis, client: await redis.client(), agents, mark, spawn };
}

describe.skipIf(!hasRedis).concurrent(`agents in Redis${needsRedis}`, () => {
  it('are in both places when spawn() resolves, with a time to live, and before they are ready', async (context) => {
    const { expect } = context;
    const { client, agents, spawn } = await setting(context);
    await client.hset('session:one', 'userName', 'Test');
    const agent = await spawn('one', 'mute');
    expect(agent.state).toBe('starting');
    expect(await client.get('agent:one:pid')).toBe(String(agent.pid));
    expect(await client.hgetall('session:one')).toMatchObject({
      agentPid: String(agent.pid),
      host: 'a',
      userName: 'Test',
    });
    for (const key of ['agent:one:pid', 'session:one']) {
      const left = await client.ttl(key);
      expect(left).toBeGreaterThan(7190);
      expect(left).toBeLessThanOrEqual(7200);
    }
    expect(await agents.end('one')).toMatchObject({ result: 'exited' });
    expect(lives(agent.pid)).toBe(false);
    await until(async () => (await client.exists('agent:one:pid', 'session:one')) === 0);
  });

  it('live longer than the time of their record', async (context) => {
    const { expect } = context;
    const { client, agents, spawn } = await setting(context, { ttl: 600 });
    const agent = await spawn('one');
    for (let round = 0; round < 6; round++) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(await client.get('agent:one:pid')).toBe(String(agent.pid));
      expect(await client.pttl('session:one')).toBeGreaterThan(0);
    }
    expect(await agents.end('one')).toMatchObject({ result: 'exited' });
  });

  it('are not started without a record', async (context) => {
    const { expect } = context;
    const { redis, agents, mark, spawn } = await setting(context);
    await redis.kill();
    await expect(spawn('one')).rejects.toMatchObject({ code: 'ERR_AGENT_STORE', id: 'one' });
    await expect(agents.end('two')).rejects.toMatchObject({ code: 'ERR_AGENT_STORE' });
    expect(processesWith(mark)).toEqual([]);
    await redis.restart();
    await until(async () => (await agents.reconcile()).pending.length === 0);
    await spawn('one');
  });

  it.for(['kill', 'freeze'] as const)(
    'end in time when Redis is gone (%s), and Redis is told later',
    async (fault, context) => {
      const { expect } = context;
      const { redis, client, agents, mark, spawn } = await setting(context);
      const all = await Promise.all([spawn('one', 'deaf'), spawn('two', 'polite', 'setsid'), spawn('three')]);
      await Promise.all(all.map(({ ready }) => ready));
      await redis[fault]();
      const ends = await Promise.all(['one', 'two', 'three'].map((id) => agents.end(id)));
      expect(ends.map((end) => end?.result)).toEqual(['killed', 'exited', 'exited']);
      for (const end of ends) {
        expect(end?.stored).toBe(false);
        expect(end?.durationMs).toBeLessThan(3000);
      }
      expect(processesWith(mark)).toEqual([]);
      expect((await agents.reconcile()).pending.sort()).toEqual(['one', 'three', 'two']);
      if (fault === 'kill') await redis.restart();
      else redis.thaw();
      await until(async () => (await agents.reconcile()).pending.length === 0);
      expect(await client.keys('agent:*:pid')).toEqual([]);
      expect(await client.keys('session:*')).toEqual([]);
    },
  );

  it('are in Redis again when it was started again without data', async (context) => {
    const { expect } = context;
    const { redis, client, agents, spawn } = await setting(context);
    const agent = await spawn('one');
    await redis.kill();
    await redis.restart();
    await until(async () => client.status === 'ready' && (await client.get('agent:one:pid')) === String(agent.pid));
    expect(await agents.end('one')).toMatchObject({ result: 'exited' });
    await until(async () => (await client.exists('agent:one:pid', 'session:one')) === 0);
  });

  it('are ended when another process has marked their end in Redis', async (context) => {
    const { expect } = context;
    const { agents, mark, spawn } = await setting(context);
    const agent = await spawn('one');
    await agents.store.ending('one');
    await agents.reconcile();
    expect(await agent.gone).toMatchObject({ result: 'exited' });
    await agents.store.ending('two');
    await expect(spawn('two')).rejects.toMatchObject({ code: 'ERR_AGENT_ENDED' });
    expect(processesWith(mark)).toEqual([]);
  });

  it('are found by a client that puts a prefix before its keys', async (context) => {
    const { expect } = context;
    const { redis, client } = await setting(context);
    const prefixed = new Redis(redis.url, { ...redisOptions, commandTimeout: 5000, keyPrefix: 'app:' });
    context.onTestFinished(() => prefixed.disconnect());
    await once(prefixed, 'ready');
    const store = redisStore(prefixed);
    await using agents = new AgentRegistry({ store, host: 'a', logger: false });
    await agents.spawn('one', sleeper(), { ready: false });
    expect((await store.list('a')).map(({ id }) => id)).toEqual(['one']);
    expect(await client.hkeys('app:agents')).toEqual(['one']);
    expect(store.name).not.toBe(redisStore(client).name);
  });

  it('are not disturbed by what the app has done to the hash of one of them', async (context) => {
    const { expect } = context;
    const { client, agents, mark, spawn } = await setting(context);
    await Promise.all(['string', 'labels', 'good'].map((id) => spawn(id)));
    await client.set('session:string', 'of the app');
    await client.hset('session:labels', 'labels', 'of the app');
    // A machine that is busy may need longer than a registry waits for its store.
    await until(async () => (await agents.reconcile()).pending.length === 0);
    expect((await agents.store.list()).map(({ id }) => id).sort()).toEqual(['good', 'labels']);
    for (const id of ['string', 'labels', 'good']) {
      expect(await agents.end(id)).toMatchObject({ result: 'exited', stored: true });
    }
    expect(processesWith(mark)).toEqual([]);
    expect(await client.keys('*:pid')).toEqual([]);
    expect(await client.get('session:string')).toBe('of the app');
    await expect(spawn('string')).rejects.toMatchObject({ code: 'ERR_AGENT_STORE' });
    await until(async () => (await agents.reconcile()).pending.length === 0);
  });

  it('may have a ttl that is no whole number of ms', async (context) => {
    const { expect } = context;
    const { client, spawn } = await setting(context, { ttl: 60_000.5 });
    await spawn('one');
    expect(await client.pttl('agent:one:pid')).toBeGreaterThan(50_000);
  });

  it('are refused when another host has one with the same id', async (context) => {
    const { expect } = context;
    const { redis, agents, mark, spawn } = await setting(context);
    await using other = new AgentRegistry({ store: redisStore(await redis.client()), host: 'b', logger: false });
    const first = await other.spawn('one', sleeper(), { ready: false });
    await expect(spawn('one')).rejects.toMatchObject({ code: 'ERR_AGENT_EXISTS' });
    expect(processesWith(mark)).toEqual([]);
    expect(await agents.store.get('one')).toMatchObject({ host: 'b', pid: first.pid });
    expect(await agents.end('one')).toMatchObject({ result: 'notOurHost' });
  });
});
