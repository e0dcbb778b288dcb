/** Two hosts with a network between them: the second one runs in a network namespace of its own, and its cable is pulled. */
import { execFileSync, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'vitest';
import { hasRedis, needsRedis, RedisServer } from '../support/redis.ts';
import { gone, Orchestrator } from './fleet-program.ts';
import { lives } from './processes.ts';

const name = `hg${process.pid}`;
const subnet = `10.77.${process.pid % 256}`;
const [here, there] = [`${subnet}.1`, `${subnet}.2`];
const ip = (...args: string[]) => execFileSync('ip', args, { stdio: 'pipe' });

const canMakeNetwork = spawnSync('ip', ['netns', 'add', name]).status === 0;
if (canMakeNetwork) ip('netns', 'del', name);
const reason = canMakeNetwork ? needsRedis : ' (skipped: needs ip, and the right to make a network namespace)';

/** Makes the namespace, and the cable to it. */
function connect(): void {
  ip('netns', 'add', name);
  ip('link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
  ip('addr', 'add', `${here}/30`, 'dev', name);
  ip('link', 'set', name, 'up');
  for (const args of [
    ['addr', 'add', `${there}/30`, 'dev', 'eth0'],
    ['link', 'set', 'eth0', 'up'],
    ['link', 'set', 'lo', 'up'],
  ])
    ip('-n', name, ...args);
}

describe.skipIf(!canMakeNetwork || !hasRedis)(`hosts in two networks${reason}`, { timeout: 60_000 }, () => {
  it('a session there is ended from here, is marked while its host is out of reach, and can be ended again', async ({
    expect,
    onTestFinished,
  }) => {
    connect();
    onTestFinished(() => void ip('netns', 'del', name));
    const redis = await RedisServer.start(false, here);
    onTestFinished(() => redis.stop());
    const a = await Orchestrator.start({ REDIS_URL: redis.url, HANGUP_HOST_ID: 'here', HANGUP_ROLE: 'api' });
    onTestFinished(() => void a.program.kill('SIGKILL'));
    const env = { REDIS_URL: `redis://${here}:${redis.port}`, HANGUP_HOST_ID: 'there', HANGUP_ROLE: 'worker' };
    const b = await Orchestrator.start(env, { node: 'ip', args: ['netns', 'exec', name, process.execPath] });
    onTestFinished(() => void b.program.kill('SIGKILL'));

    const first = await a.begin();
    const { host, pid } = await a.is(first, 'ready');
    expect(host).toBe('there');
    expect((await a.end(first)).body.result).toBe('exited');
    await gone(pid);

    const second = await a.begin();
    const { pid: other } = await a.is(second, 'ready');
    ip('link', 'set', name, 'down');
    await a.is(second, 'lost');
    expect(lives(other)).toBe(true);
    expect((await a.end(second)).body.result).toBe('notOurHost');
    ip('link', 'set', name, 'up');
    // Its end was marked, so its host ends it as soon as it is back.
    await gone(other);
    while ((await a.session(second)) !== undefined) await sleep(20);

    const third = await a.begin();
    const { pid: last } = await a.is(third, 'ready');
    b.program.kill('SIGTERM');
    expect(await b.program.over()).toMatchObject({ code: 0 });
    await gone(last);
    a.program.kill('SIGTERM');
    expect(await a.program.over()).toMatchObject({ code: 0 });
  });
});
