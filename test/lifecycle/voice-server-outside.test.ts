/** The outside of examples/voice-server: the lines, messages and files by which people and programs drive it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'vitest';
import type { WebSocket } from 'ws';
import { isLong } from '../contract/played.ts';
import { Example, heard, run } from './example.ts';
import { Program } from './program.ts';

const talk = { type: 'talk' };
const upgrade = (path: string) =>
  [
    `GET ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    '\r\n',
  ].join('\r\n');
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

  const nonsense: [string, string][] = [
    ['null', 'unknown message undefined'],
    ['{"type":{"toString":1}}', 'unknown message undefined'],
    ['{"type":["talk"]}', 'unknown message undefined'],
    ['{"type":"fault.block","ms":{"valueOf":1,"toString":1}}', 'unknown message fault.block'],
  ];
  // The head and the mask of a frame. The server answers with the close code.
  const broken: [string, string, number][] = [
    ['a text that is no UTF-8', '8182 00000000 fffe', 1007],
    ['an unknown opcode', '8380 00000000', 1002],
    ['no mask', '81024142', 1002],
    ['a length of 2^61', '82ff 2000000000000000 00000000', 1009],
    ['more than the server takes', '82ff 0000000010000000 00000000', 1009],
  ];
  it('cannot end the calls of others, whatever it sends', async ({ expect }) => {
    const server = await Example.start();
    const other = await server.call(talk);
    const client = await server.call();
    for (const [text, message] of nonsense) {
      client.send(text);
      expect(await heard(client, 'error')).toMatchObject({ message });
    }
    for (const [what, hex, code] of broken) {
      const socket = connect(Number(new URL(await server.program.url()).port), '127.0.0.1').on('error', () => {});
      socket.write(upgrade('/session'));
      const received: Buffer[] = [];
      socket.on('data', (data) => received.push(data));
      await once(socket, 'data');
      socket.write(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
      await once(socket, 'close');
      const closing = Buffer.from([0x88, 2, code >> 8, code & 255]);
      expect(Buffer.concat(received).includes(closing), what).toBe(true);
    }
    const socket = connect(Number(new URL(await server.program.url()).port), '127.0.0.1');
    socket.write(upgrade('//'));
    expect(String((await once(socket, 'data'))[0])).toContain('404 Not Found');
    await heard(other, 'audio');
    server.program.kill('SIGTERM');
    expect(await server.over()).toMatchObject({ code: 0, codes: { 1001: 2 }, report: { errors: [] } });
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

  it.runIf(isLong)('lets calls in progress go on for as long as the server does', async ({ expect }) => {
    const server = await Example.start({ HANGUP_DRAIN_MS: '30000' });
    const client = await server.call(talk);
    const stopped = stop(server.pidFile);
    await sleep(6000);
    client.close(1000);
    expect(await stopped).toMatchObject({ code: 0, stdout: 'The server has ended.\n' });
    expect(await server.over()).toMatchObject({ code: 0, codes: { 1000: 1 } });
  });

  it('ends the next server, whose file the one before it has left alone', async ({ expect }) => {
    const old = await Example.start();
    const next = await Example.start({ HANGUP_PID_FILE: old.pidFile });
    old.program.kill('SIGTERM');
    expect((await old.over()).code).toBe(0);
    expect(JSON.parse(readFileSync(old.pidFile, 'utf8'))).toMatchObject({ pid: next.program.pid });
    expect(await stop(old.pidFile)).toMatchObject({ code: 0, stdout: 'The server has ended.\n' });
    expect((await next.over()).code).toBe(0);
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
