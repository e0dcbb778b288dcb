import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Dial } from '../../overlays/foreign/dial.ts';
import { type HttpServer, startHttpServer } from '../support/http-server.ts';

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

it('leaves globals and modules as they were, also when the call throws', () => {
  const tls = process.getBuiltinModule('node:tls');
  const before = [globalThis.queueMicrotask, tls.connect, Object.getOwnPropertyDescriptor(tls, 'connect')];
  const thrown = new Error('thrown');
  const dial = new Dial('with a request');
  expect(() =>
    dial.watch(() => {
      throw thrown;
    }),
  ).toThrow(thrown);
  expect([globalThis.queueMicrotask, tls.connect, Object.getOwnPropertyDescriptor(tls, 'connect')]).toEqual(before);
});
