/** examples/voice-server as a process of its own, driven from outside: whatever is going on, every end is in time and is told. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'vitest';
import { WebSocket } from 'ws';
import { isLong } from '../contract/played.ts';
import { Example, heard } from './example.ts';

const talk = { type: 'talk' };
const situations: Record<string, (server: Example) => Promise<unknown>> = {
  'mid-conversation': async (server) => heard(await server.call(talk), 'audio'),
  'a tool call in progress': (server) => server.call({ type: 'tool' }),
  'the assessment': (server) => server.call(talk, { type: 'assess' }),
  'several users': (server) =>
    Promise.all([server.call(talk), server.call({ type: 'tool' }), server.call({ type: 'assess' }), server.call()]),
  'nobody there': async () => {},
};
const users = { 'nobody there': 0, 'several users': 4 } as Record<string, number>;

/** How it is told to end, and the exit codes that say so. */
const endings: Record<
  string,
  { end: (server: Example) => Promise<void>; isRight: (code: number | null, signal: string | null) => boolean }
> = {
  SIGINT: { end: async ({ program }) => void program.kill('SIGINT'), isRight: (code) => code === 0 },
  SIGTERM: { end: async ({ program }) => void program.kill('SIGTERM'), isRight: (code) => code === 0 },
  SIGHUP: {
    end: async ({ program }) => void program.kill('SIGHUP'),
    isRight: (code, signal) => code === 0 || code === 129 || signal === 'SIGHUP',
  },
  'double SIGINT': {
    end: (server) => server.insist('SIGINT'),
    // Most situations are over before the second one.
    isRight: (code, signal) => code === 0 || code === 130 || signal === 'SIGINT',
  },
};

describe.concurrent('in each situation, the server ends in time and every client sees 1001', {
  timeout: 60_000,
}, () => {
  for (const [situation, prepare] of Object.entries(situations)) {
    for (const [ending, { end, isRight }] of Object.entries(endings)) {
      if (!isLong && ending !== 'SIGINT' && situation !== 'several users') continue;
      it(`${situation}, ${ending}`, async ({ expect }) => {
        const server = await Example.start();
        await prepare(server);
        await end(server);
        const { code, signal, codes, report } = await server.over();
        const expected = users[situation] ?? 1;
        expect(codes).toEqual(expected === 0 ? {} : { 1001: expected });
        expect(isRight(code, signal), `exit ${code} ${signal}`).toBe(true);
        const isForced = code === 130 || signal === 'SIGINT';
        expect(report).toMatchObject(
          isForced ? { outcome: 'forced' } : { outcome: 'graceful', abandoned: [], errors: [] },
        );
        expect(report?.durationMs).toBeLessThan(3000);
        if (expected > 0) expect(server.transcripts).toHaveLength(expected);
      });
    }
  }
});

describe.concurrent('with faults', { timeout: 60_000 }, () => {
  it('names the assessment that ignores its abort, and the clean-up that is stuck', async ({ expect }) => {
    const server = await Example.start({ HANGUP_EXAMPLE_FAULTS: 'swallow:1,stuck:2' });
    await server.call({ type: 'assess' });
    await server.call(talk);
    await server.call(talk);
    server.program.kill('SIGTERM');
    const { code, codes, report } = await server.over();
    expect({ code, codes }).toEqual({ code: 1, codes: { 1001: 3 } });
    expect(report?.outcome).toBe('forced');
    expect(report?.durationMs).toBeLessThanOrEqual(3000);
    expect(report?.abandoned.filter((path) => path.includes('assessment'))).toHaveLength(1);
    expect(report?.abandoned.filter((path) => path.endsWith('clean-up'))).toHaveLength(2);
    expect(server.transcripts).toHaveLength(3);
  });

  it('tells all clients also after a second signal', async ({ expect }) => {
    const server = await Example.start({ HANGUP_EXAMPLE_FAULTS: 'stuck:3' });
    for (const _ of [1, 2, 3]) await server.call(talk);
    await server.insist('SIGINT');
    const { code, codes, report } = await server.over();
    expect({ code, codes }).toEqual({ code: 130, codes: { 1001: 3 } });
    // The sentences that were cut are named as well.
    expect(report?.abandoned.filter((path) => path.endsWith('clean-up'))).toHaveLength(3);
    expect(server.transcripts).toHaveLength(3);
  });

  it('reports the errors of a clean-up and of a timer', async ({ expect }) => {
    const server = await Example.start({ HANGUP_EXAMPLE_FAULTS: 'throw:1,late-throw:1' });
    await server.call(talk);
    server.program.kill('SIGTERM');
    const { code, codes, report } = await server.over();
    expect({ code, codes }).toEqual({ code: 1, codes: { 1001: 1 } });
    expect(report?.errors.sort()).toEqual(['cleanup failed on purpose', 'late throw on purpose']);
  });

  it('names the function that blocks the event loop, and is gone at the deadline', async ({ expect }) => {
    const server = await Example.start({ HANGUP_EXAMPLE_FAULTS: 'block:60000', HANGUP_TIMEOUT_MS: '4000' });
    await server.call(talk);
    await server.call(talk);
    server.program.kill('SIGTERM');
    const { code, codes, stderr, report } = await server.over();
    expect({ code, codes }).toEqual({ code: 1, codes: { 1001: 2 } });
    expect(stderr).toContain('by buildTranscript (');
    expect(report?.abandoned.some((path) => path.endsWith('clean-up'))).toBe(true);
    expect(server.transcripts).toHaveLength(2);
  });

  it('is gone though the event loop was blocked before anybody asked', async ({ expect }) => {
    const server = await Example.start({ HANGUP_EXAMPLE_FAULTS: 'remote', HANGUP_TIMEOUT_MS: '1500' });
    const client = await server.call(talk);
    client.send(JSON.stringify({ type: 'fault.block', ms: 60_000 }));
    await sleep(300);
    server.program.kill('SIGTERM');
    const { code, codes, stderr } = await server.over();
    expect({ code, codes }).toEqual({ code: 1, codes: { 1001: 1 } });
    expect(stderr).toContain('by buildTranscript (');
  });

  it('ends while the provider does not answer', async ({ expect }) => {
    const server = await Example.start({ HANGUP_EXAMPLE_FAULTS: 'provider-hang' });
    const client = await server.program.client('/session');
    await new Promise((resolve) => client.once('open', resolve));
    server.program.kill('SIGTERM');
    const { code, codes } = await server.over();
    expect({ code, codes }).toEqual({ code: 0, codes: { 1001: 1 } });
  });
});

describe.concurrent('while it drains', { timeout: 60_000 }, () => {
  it('refuses new calls, and ends as soon as the last one has hung up', async ({ expect }) => {
    const server = await Example.start({ HANGUP_DRAIN_MS: '15000' });
    const url = await server.program.url();
    const status = async (path: string) => (await fetch(`${url}${path}`)).status;
    const client = await server.call(talk);
    expect([await status('/health'), await status('/ready')]).toEqual([200, 200]);
    server.program.kill('SIGTERM');
    while ((await status('/ready')) !== 503) await sleep(20);
    expect(await status('/health')).toBe(200);
    const [error] = (await once(new WebSocket(`${url.replace('http', 'ws')}/session`), 'error')) as [Error];
    expect(error.message).toBe('Unexpected server response: 503');
    await heard(client, 'audio');
    client.close(1000);
    const { code, report } = await server.over();
    expect([code, report?.outcome]).toEqual([0, 'graceful']);
  });

  it('lets the sentence that is being spoken end', async ({ expect }) => {
    const server = await Example.start({ HANGUP_UTTERANCE_MS: '10000' });
    const client = await server.call({ type: 'talk', ms: 1200 });
    await heard(client, 'audio');
    const done = heard(client, 'response.done');
    server.program.kill('SIGTERM');
    await done;
    const { code, codes } = await server.over();
    expect({ code, codes }).toEqual({ code: 0, codes: { 1001: 1 } });
  });
});
