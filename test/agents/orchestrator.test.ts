/** examples/orchestrator on its embedded store, driven from outside. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'vitest';
import { readConfig } from '../../examples/orchestrator/config.ts';
import { checkConnection } from '../../lifecycle/agents/bullmq/connections.ts';
import { remoteAgents } from '../../lifecycle/agents/bullmq/index.ts';
import { fileStore } from '../../lifecycle/agents/index.ts';
import { Program } from '../lifecycle/program.ts';
import { agents, gone, Orchestrator, run } from './fleet-program.ts';

describe.concurrent('a session', { timeout: 60_000 }, () => {
  it('has an agent, becomes ready, and is ended with its agent', async ({ expect }) => {
    const server = await Orchestrator.start();
    const id = await server.begin({ userName: 'Zoé' });
    const { pid, userName } = await server.is(id, 'ready');
    expect(userName).toBe('Zoé');
    const answer = { status: 200, body: { sessionId: id, result: 'exited' } };
    expect(await Promise.all([server.end(id), server.end(id)])).toEqual([answer, answer]);
    await gone(pid);
    expect(await server.end(id)).toEqual(answer);
    expect(await server.sessions()).toEqual([]);
    server.program.kill('SIGTERM');
    expect(await server.program.over()).toMatchObject({ code: 0 });
  });

  it('is ended before its agent is ready, after its agent has died, and when its agent ignores SIGTERM', async ({
    expect,
  }) => {
    const server = await Orchestrator.start({ HANGUP_AGENT_COMMAND: agents.silent });
    const early = await server.begin();
    expect((await server.end(early)).body.result).toBe('exited');
    const dead = await server.begin();
    const { pid: victim } = (await server.session(dead))!;
    process.kill(victim, 'SIGKILL');
    await gone(victim);
    expect((await server.end(dead)).body.result).toBe('alreadyDead');
    server.program.kill('SIGTERM');
    expect(await server.program.over()).toMatchObject({ code: 0 });

    const deaf = await Orchestrator.start({ HANGUP_AGENT_COMMAND: agents.deaf });
    const id = await deaf.begin();
    const { pid } = await deaf.is(id, 'ready');
    expect((await deaf.end(id)).body.result).toBe('killed');
    await gone(pid);
    deaf.program.kill('SIGTERM');
    expect(await deaf.program.over()).toMatchObject({ code: 0 });
  });

  it('is ended by the webhook, beside the API', async ({ expect }) => {
    const server = await Orchestrator.start();
    const id = await server.begin();
    const [webhook, end] = await Promise.all([
      server.post('/api/webhook', { event: 'session.ended', sessionId: id }),
      server.end(id),
    ]);
    expect([webhook.status, end.body.result]).toEqual([202, 'exited']);
    const other = await server.begin();
    await server.post('/api/webhook', { event: 'session.ended', sessionId: other });
    while ((await server.sessions()).length > 0) await sleep(20);
    server.program.kill('SIGTERM');
    expect(await server.program.over()).toMatchObject({ code: 0 });
  });

  it('speaks by the voice agent of the example', async ({ expect }) => {
    const server = await Orchestrator.start({ HANGUP_AGENT_COMMAND: '' });
    const id = await server.begin();
    const { pid } = await server.is(id, 'ready');
    await server.program.says(/spoke \d{3,} bytes of audio/);
    expect((await server.end(id)).body.result).toBe('exited');
    await gone(pid);
    // This one is cut in its first sentence, and has nothing to complain about.
    await server.is(await server.begin(), 'ready');
    server.program.kill('SIGTERM');
    const { code, stdout } = await server.program.over();
    expect({ code, isForced: stdout.includes('forced in') }).toEqual({ code: 0, isForced: false });
  });
});

describe.concurrent('the end of the server', { timeout: 60_000 }, () => {
  it('ends all agents first, refuses new sessions, and is alive until then', async ({ expect }) => {
    const server = await Orchestrator.start({ HANGUP_AGENT_COMMAND: agents.deaf, HANGUP_AGENT_GRACE_MS: '2000' });
    const { pid } = await server.is(await server.begin(), 'ready');
    server.program.kill('SIGTERM');
    while ((await server.status('/ready')) !== 503) await sleep(20);
    expect(await server.post('/api/session/start', { userName: 'Ann' })).toMatchObject({ status: 503 });
    expect(await server.status('/health')).toBe(200);
    // The agent had to be killed.
    expect(await server.program.over()).toMatchObject({ code: 1 });
    await gone(pid);
  });

  it('takes its agents with it when it is killed, and its successor knows', async ({ expect }) => {
    const stateDir = mkdtempSync(join(tmpdir(), 'hangup-orchestrator-state-'));
    const server = await Orchestrator.start({ HANGUP_STATE_DIR: stateDir, HANGUP_AGENT_COMMAND: agents.deaf });
    const id = await server.begin();
    const { pid } = await server.is(id, 'ready');
    server.program.kill('SIGKILL');
    await server.program.over();
    const successor = await Orchestrator.start({ HANGUP_STATE_DIR: stateDir });
    expect((await successor.end(id)).status).toBe(200);
    await gone(pid);
    expect(await successor.sessions()).toEqual([]);
    successor.program.kill('SIGTERM');
    expect(await successor.program.over()).toMatchObject({ code: 0 });
  });
});

describe.concurrent('bad input', { timeout: 60_000 }, () => {
  const bad: [string, string, unknown, number][] = [
    ['a session that nobody knows', '/api/session/end', { sessionId: 'nobody' }, 404],
    ['no user', '/api/session/start', {}, 400],
    ['a user that is a number', '/api/session/start', { userName: 7 }, 400],
    ['a user with a line feed', '/api/session/start', { userName: 'a\nb' }, 400],
    ['an id that is a path', '/api/session/start', { userName: 'Ann', sessionId: '../../etc/passwd' }, 400],
    ['an id with a line feed', '/api/session/start', { userName: 'Ann', sessionId: 'a\nb' }, 400],
    ['a path to end', '/api/session/end', { sessionId: 'a/b' }, 400],
    ['no JSON', '/api/session/start', '{', 400],
    ['no JSON from the provider', '/api/webhook', 'hello', 400],
    ['a webhook without a session', '/api/webhook', { event: 'session.ended' }, 400],
    ['a webhook without an event', '/api/webhook', { sessionId: 'a' }, 400],
    ['a list in place of a webhook', '/api/webhook', [], 400],
    ['10 MB', '/api/webhook', { event: 'session.ended', sessionId: 'a', more: 'x'.repeat(10_000_000) }, 413],
  ];

  it('gets its status, starts nothing, and leaves the server well', async ({ expect }) => {
    const server = await Orchestrator.start();
    for (const [name, path, body, status] of bad) {
      const answer = await server.post(path, body);
      expect([name, answer.status]).toEqual([name, status]);
      expect(answer.body.error, name).toEqual(expect.any(String));
    }
    const form = await server.post('/api/webhook', 'a=b', { 'Content-Type': 'application/x-www-form-urlencoded' });
    expect(form.status).toBe(400);
    expect(await server.sessions()).toEqual([]);
    const id = await server.begin({ sessionId: 'call-1' });
    expect(await server.post('/api/session/start', { userName: 'Ann', sessionId: id })).toMatchObject({ status: 400 });
    server.program.kill('SIGTERM');
    expect(await server.program.over()).toMatchObject({ code: 0 });
  });

  it('a command that does not exist: 500, without its path', async ({ expect }) => {
    const server = await Orchestrator.start({ HANGUP_AGENT_COMMAND: '["/no/such/secret-program"]' });
    const { status, body } = await server.post('/api/session/start', { userName: 'Ann' });
    expect([status, JSON.stringify(body).includes('secret-program')]).toEqual([500, false]);
    expect(await server.sessions()).toEqual([]);
    server.program.kill('SIGTERM');
    expect(await server.program.over()).toMatchObject({ code: 0 });
  });

  it.for(['/run/redis.sock', 'redis://127.0.0.1:6379', 'rediss://:a-password@host'])(
    'an address of Redis that hangup takes is taken: %s',
    (url, { expect }) => {
      expect(readConfig({ REDIS_URL: url }).redisUrl).toBe(url);
      expect(() => checkConnection('test', url)).not.toThrow();
    },
  );

  it.for(['redis://:a-password@127.0.0.1:none', 'a-scheme://:a-password@127.0.0.1'])(
    'an address of Redis that is none: it does not start, and its output has no password: %s',
    async (url, { expect }) => {
      const exit = await Program.run(join(run, 'orchestrator/index.mjs'), { env: { PORT: '0', REDIS_URL: url } });
      expect(exit.code).toBe(1);
      expect(exit.stdout + exit.stderr).toContain('REDIS_URL');
      expect(exit.stdout + exit.stderr).not.toContain('a-password');
      const store = fileStore('.');
      expect(() => remoteAgents({ connection: url, store })).toThrow(
        /^remoteAgents\(\): connection is a URL such as [^-]*$/,
      );
    },
  );

  it('a store that cannot be written: 503, and no agent runs', async ({ expect }) => {
    const file = join(mkdtempSync(join(tmpdir(), 'hangup-orchestrator-')), 'file');
    writeFileSync(file, '');
    const server = await Orchestrator.start({ HANGUP_STATE_DIR: join(file, 'state') });
    const { status, body } = await server.post('/api/session/start', { userName: 'Ann' });
    expect([status, JSON.stringify(body).includes(file)]).toEqual([503, false]);
    expect(await server.status('/health')).toBe(200);
    server.program.kill('SIGTERM');
    expect(await server.program.over()).toMatchObject({ code: 0 });
  });
});

describe.concurrent('the page of another site', { timeout: 60_000 }, () => {
  /** `fetch()` sets some of these headers by itself. */
  const statusOf = (url: string, method: string, headers: Record<string, string>) =>
    new Promise<number>((resolve, reject) => {
      const sent = request(url, { method, headers }, (response) => resolve(response.resume().statusCode!));
      sent.on('error', reject).end(method === 'POST' ? '{"sessionId":"nobody"}' : undefined);
    });

  it('is refused, by whatever it is told from this one', async ({ expect }) => {
    const { url, program } = await Orchestrator.start();
    const end = `${url}/api/session/end`;
    const json = { 'Content-Type': 'application/json' };
    const host = new URL(url).host;
    const refused: Record<string, string>[] = [
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
      { Host: `evil.example:${new URL(url).port}` },
    ];
    for (const headers of refused) expect(await statusOf(end, 'POST', { ...json, ...headers })).toBe(403);
    expect(await statusOf(`${url}/api/sessions`, 'GET', { 'Sec-Fetch-Site': 'cross-site' })).toBe(403);
    const taken = { Origin: url, 'Sec-Fetch-Site': 'same-origin', Host: host };
    expect(await statusOf(end, 'POST', { ...json, ...taken })).toBe(404);
    expect(await statusOf(`${url}/`, 'GET', { 'Sec-Fetch-Site': 'cross-site' })).toBe(200);
    const other = await Orchestrator.start({ HOST: '127.0.0.2' });
    const port = new URL(other.url).port;
    expect(await statusOf(`${other.url}/api/sessions`, 'GET', { Host: `evil.example:${port}` })).toBe(403);
    expect(await statusOf(`${other.url}/api/sessions`, 'GET', {})).toBe(200);
    other.program.kill('SIGTERM');
    program.kill('SIGTERM');
    expect(await program.over()).toMatchObject({ code: 0 });
  });
});
