import { connect, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as tlsConnect } from 'node:tls';
import { createContext, runInContext } from 'node:vm';
import { buildSync } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Dial } from '../../overlays/foreign/dial.ts';
import { type HttpServer, startHttpServer } from '../support/http-server.ts';
import { root } from '../support/sdk.ts';

let server: HttpServer;
beforeEach(async () => {
  server = await startHttpServer('no-headers', { plain: true });
});
afterEach(() => server.close());

/** Sends a request, and says how it went. */
function send(dial: Dial, path: string, init: RequestInit = {}): Promise<string> {
  return dial
    .watch(() => fetch(server.url + path, init))
    .then(
      (response) => response.text(),
      (error: Error) => `failed: ${error.message}`,
    );
}

async function requests(count: number): Promise<void> {
  await expect.poll(() => server.seen.requests.length).toBe(count);
}

describe.each([
  ['without a body', {}],
  ['with a body', { method: 'POST', body: '{"a":1}' }],
])('a request %s', (_name, init) => {
  it('is destroyed alone among several to one host', async () => {
    const dials = Array.from({ length: 4 }, () => new Dial('with a request'));
    const ends = dials.map((dial) => send(dial, '/', init));
    await requests(4);
    dials[2]!.destroy();
    expect(await ends[2]).toMatch(/^failed/);
    await expect.poll(() => server.seen.open).toBe(3);
    expect(server.seen.connections).toBe(4);
  });

  it('that has been answered lends its connection to the next one, and no longer touches it', async () => {
    const [first, second] = [new Dial('with a request'), new Dial('with a request')];
    server.answer = 'well';
    await send(first, '/', init);
    await sleep(10);
    server.answer = 'no-headers';
    const end = send(second, '/', init);
    await requests(2);
    expect(server.seen.connections).toBe(1);
    first.destroy();
    await sleep(20);
    expect(server.seen.open).toBe(1);
    second.destroy();
    expect(await end).toMatch(/^failed/);
    await expect.poll(() => server.seen.open).toBe(0);
  });

  it('destroyed in a handshake leaves the host to later requests', async () => {
    server.answer = 'silence';
    const dial = new Dial('with a request');
    const { port } = new URL(server.url);
    const end = dial.watch(() => fetch(`https://127.0.0.1:${port}`, init)).catch(() => 'failed');
    await expect.poll(() => server.seen.open).toBe(1);
    dial.destroy();
    expect(await end).toBe('failed');
    await expect.poll(() => server.seen.open).toBe(0);
    server.answer = 'well';
    expect(await send(new Dial('with a request'), '/bytes')).toMatch(/last$/);
  });
});

it('finds a connection that is opened late, through a function that waits', async () => {
  const dial = new Dial('with a request');
  const end = dial.watch(async () => {
    await sleep(10);
    return fetch(server.url).catch(() => 'failed');
  });
  await requests(1);
  dial.destroy();
  dial.release();
  expect(await end).toBe('failed');
  await expect.poll(() => server.seen.open).toBe(0);
});

it('leaves alone the connections that are opened before its request, and after its answer', async () => {
  server.answer = 'silence';
  const { port } = new URL(server.url);
  const dial = new Dial('with a request');
  const others: Socket[] = [];
  const dialOther = () => others.push(connect(Number(port), '127.0.0.1'));
  await dial.watch(async () => {
    dialOther();
    server.answer = 'well';
    await fetch(server.url).then((response) => response.text());
  });
  dial.release();
  dial.watch(dialOther);
  dial.release();
  await expect.poll(() => server.seen.connections).toBe(3);
  dial.destroy();
  await sleep(20);
  expect(others.map((socket) => socket.destroyed)).toEqual([false, false]);
  for (const socket of others) socket.destroy();
});

it('finds a connection whoever opens it, from the first moment on', async () => {
  const { port } = new URL(server.url);
  const dial = new Dial('at once');
  expect(dial.watch(() => 1)).toBe(1);
  expect(dial.destroy()).toBe(false);
  const late = new Dial('at once');
  const sockets = await late.watch(async () => {
    await null;
    return [connect(Number(port), '127.0.0.1'), tlsConnect(Number(port), '127.0.0.1')];
  });
  expect(late.destroy()).toBe(true);
  expect(sockets.map((socket) => socket.destroyed)).toEqual([true, true]);
  late.release();
  dial.release();
});

it('finds the connection of code that runs in another realm', async () => {
  const bundle = buildSync({
    stdin: { contents: "export { Dial } from './overlays/foreign/dial.ts'", resolveDir: root },
    bundle: true,
    format: 'iife',
    globalName: 'hangup',
    write: false,
  });
  const realm = createContext({ process, fetch, url: server.url });
  const run = (code: string) => runInContext(code, realm);
  run(bundle.outputFiles[0]!.text);
  run("const dial = new hangup.Dial('with a request')");
  const end = run("dial.watch(async () => fetch(url, { method: 'POST', body: '{}' })).catch(() => 'failed')");
  await requests(1);
  run('dial.destroy()');
  expect(await end).toBe('failed');
  await expect.poll(() => server.seen.open).toBe(0);
});

it('leaves modules as they were, also when the call throws', () => {
  const descriptor = () => Object.getOwnPropertyDescriptor(Socket.prototype, 'connect');
  const before = descriptor();
  const thrown = new Error('thrown');
  const dial = new Dial('at once');
  expect(() =>
    dial.watch(() => {
      throw thrown;
    }),
  ).toThrow(thrown);
  dial.release();
  expect(descriptor()).toEqual(before);
});
