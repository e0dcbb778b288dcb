/** Hosts that share a Redis. Two processes of examples/orchestrator stand for two machines. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { describe, it, type TestContext } from 'vitest';
import { type RemoteAgents, remoteAgents, serveHost } from '../../lifecycle/agents/bullmq/index.ts';
import { type EndResult, jobIdOf, names, Requests } from '../../lifecycle/agents/bullmq/jobs.ts';
import { AgentRegistry, redisStore } from '../../lifecycle/agents/index.ts';
import { isLong } from '../contract/played.ts';
import { hasRedis, needsRedis, RedisServer } from '../support/redis.ts';
import { agents, gone, Orchestrator } from './fleet-program.ts';
import { lives, sleeper } from './processes.ts';

async function redisOf({ onTestFinished }: TestContext, keepsData = true): Promise<RedisServer> {
  const redis = await RedisServer.start(keepsData);
  onTestFinished(() => redis.stop());
  return redis;
}

/** Starts a Redis, and an orchestrator for each host. */
async function fleetOf(
  context: TestContext,
  ...hosts: string[]
): Promise<{ redis: RedisServer; client: Redis; servers: Orchestrator[] }> {
  const redis = await redisOf(context);
  const client = await redis.client();
  const servers = await Promise.all(hosts.map((host) => join(context, redis, host)));
  return { redis, client, servers };
}

/** A host takes over what another process under its name has left behind: each test has names of its own. */
const nameOf = (redis: RedisServer, host: string) => `${host}-${redis.port}`;

async function join(
  { onTestFinished }: TestContext,
  redis: RedisServer,
  host: string,
  env: Record<string, string> = {},
): Promise<Orchestrator> {
  const server = await Orchestrator.start({ REDIS_URL: redis.url, HANGUP_HOST_ID: nameOf(redis, host), ...env });
  onTestFinished(() => void server.program.kill('SIGKILL'));
  return server;
}

/** Starts sessions until a host has one. @returns its id, and those of the others */
async function sessionOn(
  server: Orchestrator,
  redis: RedisServer,
  host: string,
): Promise<{ id: string; others: string[] }> {
  const others: string[] = [];
  for (;;) {
    const id = await server.begin();
    if ((await server.session(id))?.host === nameOf(redis, host)) return { id, others };
    others.push(id);
  }
}

/** A host in this process, and two that ask it. */
async function hostHere(
  context: TestContext,
): Promise<{ redis: RedisServer; registry: AgentRegistry; callers: [RemoteAgents, RemoteAgents] }> {
  const redis = await redisOf(context);
  const store = redisStore(await redis.client());
  const registry = new AgentRegistry({ store, host: nameOf(redis, 'here'), logger: false });
  const shared = { connection: redis.url, logger: false } as const;
  const host = serveHost(registry, { ...shared, spawn: (id) => registry.spawn(id, sleeper(), { ready: false }) });
  const callers: [RemoteAgents, RemoteAgents] = [
    remoteAgents({ ...shared, store }),
    remoteAgents({ ...shared, store }),
  ];
  context.onTestFinished(async () => {
    for (const caller of callers) caller.close();
    await host.end(true);
  });
  return { redis, registry, callers };
}

/** @returns their exit codes; with what they printed last, if that is not 0 */
async function shutDown(...servers: Orchestrator[]): Promise<(number | string | null)[]> {
  for (const { program } of servers) program.kill('SIGTERM');
  const exits = await Promise.all(servers.map(({ program }) => program.over()));
  return exits.map(({ code, signal, stdout }) => (code === 0 ? 0 : `${code} ${signal} ${stdout.slice(-3000)}`));
}

// One after the other: a test that waits for its second program must not hold up another one that does the same.
describe.skipIf(!hasRedis)(`hosts that share a Redis${needsRedis}`, { timeout: 60_000 }, () => {
  it('the PID stands in both places when the session has started, with a time to live, and nowhere after its end', async (context) => {
    const { expect } = context;
    const { redis, client, servers } = await fleetOf(context, 'a');
    const [server] = servers as [Orchestrator];
    const id = await server.begin({ sessionId: 'call-1' });
    const [string, hash] = await Promise.all([client.get(`agent:${id}:pid`), client.hgetall(`session:${id}`)]);
    expect(string).toMatch(/^\d+$/);
    expect(hash).toMatchObject({ agentPid: string, host: nameOf(redis, 'a') });
    for (const key of [`agent:${id}:pid`, `session:${id}`]) {
      const ttl = await client.ttl(key);
      expect(ttl > 7000 && ttl <= 7200, `${key}: ${ttl} s`).toBe(true);
    }
    await server.is(id, 'ready');
    expect((await server.end(id)).body.result).toBe('exited');
    await gone(Number(string));
    expect(await client.exists(`agent:${id}:pid`, `session:${id}`)).toBe(0);
    expect((await server.end(id)).body).toEqual({ sessionId: id, result: 'exited' });
    expect((await server.end('nobody')).status).toBe(404);
    // The id may be used again.
    await server.begin({ sessionId: id });
    expect((await server.end(id)).body.result).toBe('exited');
    expect(await shutDown(server)).toEqual([0]);
  });

  it('an agent that has no time for its grace is killed, and nowhere after that', async (context) => {
    const { expect } = context;
    const redis = await redisOf(context);
    const client = await redis.client();
    const server = await join(context, redis, 'a', {
      HANGUP_AGENT_COMMAND: agents.deaf,
      HANGUP_AGENT_GRACE_MS: '9000',
      HANGUP_TIMEOUT_MS: '2000',
    });
    const id = await server.begin();
    const { pid } = await server.is(id, 'ready');
    server.program.kill('SIGTERM');
    expect(await server.program.over()).toMatchObject({ code: 1 });
    await gone(pid);
    expect(await client.exists(`agent:${id}:pid`, `session:${id}`)).toBe(0);
  });

  it('a session on one host is ended from the other, by all who ask, also when its agent has died', async (context) => {
    const { expect } = context;
    const { redis, client, servers } = await fleetOf(context, 'a', 'b');
    const [a, b] = servers as [Orchestrator, Orchestrator];
    const { id } = await sessionOn(a, redis, 'b');
    const { pid } = (await a.session(id))!;
    const answers = await Promise.all([a.end(id), b.end(id), a.end(id)]);
    expect(answers.map(({ body }) => body.result)).toEqual(['exited', 'exited', 'exited']);
    await gone(pid);
    expect(await client.exists(`agent:${id}:pid`, `session:${id}`)).toBe(0);
    expect((await a.end(id)).body.result).toBe('exited');
    const { id: dead } = await sessionOn(b, redis, 'a');
    const { pid: victim } = (await b.session(dead))!;
    process.kill(victim, 'SIGKILL');
    await gone(victim);
    expect((await b.end(dead)).body.result).toBe('alreadyDead');
    const hosts = ((await (await fetch(`${a.url}/api/sessions`)).json()) as { hosts: { host: string }[] }).hosts;
    expect(hosts.map(({ host }) => host).sort()).toEqual([nameOf(redis, 'a'), nameOf(redis, 'b')]);
    expect(await shutDown(a, b)).toEqual([0, 0]);
    expect(await client.keys('agent:*:pid')).toEqual([]);
  });

  it('an API without agents uses the workers, and tells when there are none', async (context) => {
    const { expect } = context;
    const redis = await redisOf(context);
    const api = await join(context, redis, 'api', { HANGUP_ROLE: 'api' });
    // It is ended before a host has taken it.
    const early = api.post('/api/session/start', { userName: 'Ann', sessionId: 'early' });
    await sleep(200);
    const end = api.end('early');
    const worker = await join(context, redis, 'w', { HANGUP_ROLE: 'worker' });
    expect([(await early).status, (await end).status]).toEqual([500, 200]);
    expect(await api.sessions()).toEqual([]);
    expect(await worker.post('/api/session/start', { userName: 'Ann' })).toMatchObject({ status: 404 });
    const id = await api.begin();
    expect((await api.session(id))?.host).toBe(nameOf(redis, 'w'));
    expect((await api.end(id)).body.result).toBe('exited');
    expect(await shutDown(worker)).toEqual([0]);
    if (isLong) expect(await api.post('/api/session/start', { userName: 'Ann' })).toMatchObject({ status: 503 });
    expect(await shutDown(api)).toEqual([0]);
  });

  it('the sessions of a host that is killed are marked, and what it leaves behind is ended by its successor', async (context) => {
    const { expect } = context;
    const redis = await redisOf(context);
    const deaf = { HANGUP_AGENT_COMMAND: agents.deaf };
    const [a, b] = await Promise.all([join(context, redis, 'a', deaf), join(context, redis, 'b', deaf)]);
    const { id, others } = await sessionOn(b, redis, 'a');
    await Promise.all(others.map((other) => b.end(other)));
    const { pid } = await b.is(id, 'ready');
    const child = Number((await a.program.says(new RegExp(`"${id}".*child (\\d+)`)))[1]);
    a.program.kill('SIGKILL');
    await b.is(id, 'lost');
    await gone(pid);
    expect((await b.end(id)).body.result).toBe('notOurHost');
    const successor = await join(context, redis, 'a');
    await gone(child);
    while ((await b.session(id)) !== undefined) await sleep(20);
    expect(await shutDown(successor, b)).toEqual([0, 0]);
  });

  it('without Redis, sessions of this host end, and no new ones begin, and the server ends; with it, all is well again', async (context) => {
    const { expect } = context;
    const { redis, servers } = await fleetOf(context, 'a');
    const [server] = servers as [Orchestrator];
    const [first, second, third] = [await server.begin(), await server.begin(), await server.begin()];
    const { pid } = (await server.session(first))!;
    redis.freeze();
    expect((await server.end(first)).body.result).toBe('exited');
    await gone(pid);
    expect((await server.post('/api/session/start', { userName: 'Ann' })).status).toBe(503);
    expect((await server.post('/api/session/end', { sessionId: 'nobody' })).status).toBe(503);
    expect(await server.status('/api/sessions')).toBe(503);
    expect(await server.status('/health')).toBe(200);
    redis.thaw();
    while ((await server.post('/api/session/end', { sessionId: 'nobody' })).status !== 404) await sleep(50);
    await redis.kill();
    expect((await server.end(second)).body.result).toBe('exited');
    expect((await server.post('/api/session/start', { userName: 'Ann' })).status).toBe(503);
    await redis.restart();
    while ((await server.post('/api/session/start', { userName: 'Ann' })).status !== 201) await sleep(50);
    expect((await server.end(third)).body.result).toBe('exited');
    while ((await server.sessions()).length !== 1) await sleep(50);
    const [last] = await server.sessions();
    await redis.kill();
    expect(await shutDown(server)).toEqual([0]);
    await gone(last!.pid);
  });

  it('a session that is asked for twice while it starts is told to one who has asked, at least', async (context) => {
    const { expect } = context;
    const { servers } = await fleetOf(context, 'a', 'b');
    const [a, b] = servers as [Orchestrator, Orchestrator];
    for (let round = 0; round < 30; round++) {
      const session = { userName: 'Ann', sessionId: `call-${round}` };
      const first = a.post('/api/session/start', session);
      // From before the agent has started until the first caller has been told of it.
      await sleep(round * 4);
      const answers = await Promise.all([first, b.post('/api/session/start', session)]);
      const statuses = answers.map(({ status }) => status);
      expect(statuses, `round ${round}`).toContain(201);
      for (const status of statuses) expect([201, 400]).toContain(status);
      expect((await a.end(session.sessionId)).status).toBe(200);
    }
    expect(await shutDown(a, b)).toEqual([0, 0]);
  });

  it('two who ask for a session are told of one agent, and both are refused while it runs', async (context) => {
    const { expect } = context;
    const { registry, callers } = await hostHere(context);
    for (let round = 0; round < 15; round++) {
      const id = `call-${round}`;
      const ask = async (pause: number) => {
        const [first, second] = callers;
        const asked = [first.spawn(id, {}), sleep(pause).then(() => second.spawn(id, {}))];
        const answers = await Promise.allSettled(asked);
        return answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.pid : answer.reason.code));
      };
      const { size } = new Set((await ask(round * 2)).filter((answer) => answer !== 'ERR_AGENT_EXISTS'));
      expect(size, `round ${round}`).toBe(1);
      expect(await ask(round % 4), `round ${round}`).toEqual(['ERR_AGENT_EXISTS', 'ERR_AGENT_EXISTS']);
      await registry.end(id, true);
    }
  });

  it('the late request to end an agent does not end another one that has its id now', async (context) => {
    const { expect } = context;
    const { redis, registry, callers } = await hostHere(context);
    const { token } = await callers[0].spawn('one', {});
    expect(await callers[0].end('one')).toMatchObject({ result: 'exited' });
    const { pid } = await callers[0].spawn('one', {});
    const ends = new Requests<EndResult>(names.end('hangup', registry.host), await redis.client());
    const late = jobIdOf('one', token, 'late');
    await ends.ask(late, { id: 'one', token });
    while ((await ends.look(late))?.result === undefined) await sleep(10);
    expect(lives(pid)).toBe(true);
    expect(await callers[0].end('one')).toMatchObject({ result: 'exited' });
    expect(lives(pid)).toBe(false);
  });

  const restarts = { 'with its data': true, 'without its data': false };
  it.for(Object.entries(restarts).filter(([, keepsData]) => isLong || keepsData))(
    'a Redis that restarts in the middle, %s, loses no session and starts none twice',
    async ([, keepsData], context) => {
      const { expect } = context;
      const redis = await redisOf(context, keepsData);
      const [a, b] = await Promise.all([join(context, redis, 'a'), join(context, redis, 'b')]);
      const ids = Array.from({ length: isLong ? 100 : 12 }, (_, index) => `call-${index}`);
      const answers = ids.map((sessionId, index) =>
        (index % 2 === 0 ? a : b).post('/api/session/start', { userName: sessionId, sessionId }),
      );
      await sleep(30);
      await redis.kill();
      await redis.restart();
      const statuses = (await Promise.all(answers)).map(({ status }) => status);
      const began = ids.filter((_, index) => statuses[index] === 201);
      // Those that were refused may be started late, and are ended then.
      while (
        (await a.sessions())
          .map(({ sessionId }) => sessionId)
          .sort()
          .join() !== began.sort().join()
      )
        await sleep(50);
      const pids = (await a.sessions()).map(({ pid }) => pid);
      expect(new Set(pids).size).toBe(began.length);
      const ends = began.map((id, index) => (index % 2 === 0 ? b : a).end(id));
      await redis.kill();
      await redis.restart();
      for (const { status, body } of await Promise.all(ends)) {
        // The client asks again.
        if (status !== 200) expect(body.error).toBeTypeOf('string');
      }
      for (const id of began) while (![200, 404].includes((await a.end(id)).status)) await sleep(50);
      await Promise.all(pids.map(gone));
      while ((await a.sessions()).length > 0) await sleep(50);
      // One process for each session has ever run.
      const outputs = (await shutDownAll(a, b)).join('\n');
      for (const id of ids) {
        const starts = outputs.split(`"session":"${id}","msg":"Connected to`).length - 1;
        expect(starts, id).toBeLessThanOrEqual(1);
      }
    },
  );

  it.runIf(isLong)('answers /health as fast as an idle server while 100 sessions end', async (context) => {
    const { expect } = context;
    const redis = await redisOf(context);
    const slow = { HANGUP_AGENT_COMMAND: agents.deaf, HANGUP_AGENT_GRACE_MS: '2000' };
    const [server, idle] = await Promise.all([join(context, redis, 'a', slow), Orchestrator.start()]);
    const ids: string[] = [];
    while (ids.length < 100) ids.push(...(await Promise.all(Array.from({ length: 10 }, () => server.begin()))));
    for (const id of ids) await server.is(id, 'ready');
    let isOver = false;
    const ends = Promise.all(ids.map((id) => server.end(id))).finally(() => {
      isOver = true;
    });
    const times = { server: [] as number[], idle: [] as number[] };
    while (!isOver) {
      for (const [name, one] of Object.entries({ server, idle })) {
        const from = performance.now();
        expect(await one.status('/health')).toBe(200);
        times[name as 'server' | 'idle'].push(performance.now() - from);
      }
      await sleep(10);
    }
    expect(new Set((await ends).map(({ body }) => body.result))).toEqual(new Set(['killed']));
    const p99 = (all: number[]) => all.sort((one, other) => one - other)[Math.floor(all.length * 0.99)]!;
    const [loaded, control] = [p99(times.server), p99(times.idle)];
    console.log(`/health p99 while 100 sessions end: ${loaded.toFixed(1)} ms, idle: ${control.toFixed(1)} ms`);
    expect(loaded - control).toBeLessThan(100);
    await shutDown(server, idle);
  });
});

/** @returns what they have printed */
async function shutDownAll(...servers: Orchestrator[]): Promise<string[]> {
  for (const { program } of servers) program.kill('SIGTERM');
  return Promise.all(servers.map(async ({ program }) => (await program.over()).stdout));
}
