/** The outside of examples/voice-server: the lines, messages and files by which people and programs drive it. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'vitest';
import type { WebSocket } from 'ws';
import { isLong } from '../contract/played.ts';
import { Example, heard, run } from './example.ts';
import { Program } from './program.ts';

const talk = { type: 'talk' };
const send = (client: WebSocket, message: object) => client.send(JSON.stringify(message));

describe.concurrent('a client', { timeout: 60_000 }, () => {
  it('finds the address on a line of its own', async ({ expect }) => {
    const server = await Example.start();
    server.program.kill('SIGTERM');
    expect((await server.over()).stdout).toMatch(/^listening on http:\/\/127\.0\.0\.1:\d+$/m);
  });

  it('cuts the sentence by another request', async ({ expect }) => {
    const server = await Example.start();
    const client = await server.call(talk);
    await heard(client, 'audio');
    // Both may come in one turn of the event loop.
    const cut = Promise.all([heard(client, 'response.done'), heard(client, 'state')]);
    send(client, { type: 'tool' });
    expect((await cut)[1]).toMatchObject({ state: 'tool' });
    const spoken = Promise.all([heard(client, 'response.done'), heard(client, 'state')]);
    send(client, { type: 'talk', ms: 200 });
    expect((await spoken)[1]).toMatchObject({ state: 'talk' });
    server.program.kill('SIGTERM');
    expect(await server.over()).toMatchObject({ code: 0, codes: { 1001: 1 } });
  });

  it('may send audio all the time, and may talk nonsense', async ({ expect }) => {
    const server = await Example.start();
    const client = await server.call();
    const streams = setInterval(() => client.send(Buffer.alloc(1920)), 10);
    client.on('close', () => clearInterval(streams));
    client.send('{');
    expect(await heard(client, 'error')).toMatchObject({ message: 'this is no JSON' });
    send(client, { type: 'sing' });
    expect(await heard(client, 'error')).toMatchObject({ message: 'unknown message sing' });
    send(client, talk);
    await heard(client, 'audio');
    server.program.kill('SIGINT');
    expect(await server.over()).toMatchObject({ code: 0, codes: { 1001: 1 } });
  });

  it('has its transcript when it has hung up', async ({ expect }) => {
    const server = await Example.start();
    const client = await server.program.client('/session');
    const { id } = await heard(client, 'session.ready');
    client.close(1000);
    while (server.transcripts.length === 0) await sleep(20);
    expect(server.transcripts).toEqual([expect.objectContaining({ id, ended: expect.stringContaining('T') })]);
    server.program.kill('SIGTERM');
    expect((await server.over()).code).toBe(0);
  });

  it.runIf(isLong)(
    'hears the result of a tool call, and the assessment in place of endless talk',
    async ({ expect }) => {
      const server = await Example.start();
      const [one, two] = [await server.call({ type: 'tool' }), await server.call(talk, { type: 'assess' })];
      // The talk of the second one is cut by its assessment.
      const assessed = heard(two, 'response.done').then(() => heard(two, 'response.done'));
      await Promise.all([heard(one, 'response.done'), assessed]);
      server.program.kill('SIGTERM');
      expect(await server.over()).toMatchObject({ code: 0, codes: { 1001: 2 } });
      expect(server.transcripts.flatMap(({ lines }) => lines)).toContain('assessment: spoken');
    },
  );
});

describe.concurrent('a second signal', { timeout: 60_000 }, () => {
  const codes = { SIGTERM: [143], SIGINT: [130], SIGHUP: [129] } as const;
  it.for(Object.entries(codes))('%s decides the exit code', async ([signal, [code]], { expect }) => {
    const server = await Example.start({ HANGUP_EXAMPLE_FAULTS: 'stuck:1' });
    await server.call(talk);
    await server.insist('SIGTERM', signal as NodeJS.Signals);
    const exit = await server.over();
    expect(exit).toMatchObject({ code, codes: { 1001: 1 }, report: { outcome: 'forced' } });
  });

  it('within 300 ms is no second one', async ({ expect }) => {
    const server = await Example.start({ HANGUP_EXAMPLE_FAULTS: 'stuck:1' });
    await server.call(talk);
    server.program.kill('SIGINT').kill('SIGTERM');
    expect(await server.over()).toMatchObject({ code: 1, codes: { 1001: 1 } });
  });
});

describe.concurrent('npm run stop', { timeout: 60_000 }, () => {
  const stop = (pidFile: string) =>
    Program.run(join(run, 'stop-voice-server.mjs'), { env: { HANGUP_PID_FILE: pidFile } });

  it('ends the server, and only that', async ({ expect }) => {
    const server = await Example.start();
    await server.call(talk);
    expect(await stop(server.pidFile)).toMatchObject({ code: 0, stdout: 'The server has ended.\n' });
    expect(await server.over()).toMatchObject({ code: 0, codes: { 1001: 1 } });
    expect(await stop(server.pidFile)).toMatchObject({ code: 0, stdout: 'The server was not running.\n' });
  });

  it('leaves alone a process that has got the PID of the server', async ({ expect }) => {
    const innocent = spawn('sleep', ['60']);
    const { pid } = innocent;
    for (const [n, content] of [{ pid, startTime: '1' }, { pid }, pid, ''].entries()) {
      const file = join(run, `recycled-${process.pid}-${n}.pid`);
      writeFileSync(file, content === '' ? '' : JSON.stringify(content));
      expect(await stop(file)).toMatchObject({ code: 0, stdout: 'The server was not running.\n' });
    }
    expect(innocent.exitCode ?? innocent.signalCode).toBe(null);
    innocent.kill();
  });
});
