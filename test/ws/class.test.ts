import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI from 'openai-6.49.0';
import { OpenAIRealtimeWS } from 'openai-6.49.0/realtime/ws';
import { afterEach, describe, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { DisconnectedError } from '../../core/errors.ts';
import { overlay as overlaySdk } from '../../overlays/openai/index.ts';
import { overlay } from '../../overlays/ws/index.ts';
import { startVoiceServer, type VoiceServer } from '../support/voice-server.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

function guard<T extends object>(target: T, options?: object) {
  const overlaid = overlay(target, options);
  cleanups.push(() => overlaid.undo());
  return overlaid;
}

async function serve(behaviour: VoiceServer['behaviour'] = {}): Promise<VoiceServer> {
  const server = await startVoiceServer(behaviour, { tls: false });
  cleanups.push(() => server.close());
  return server;
}

const address = ({ url }: { url: string }) => `${url.replace('http', 'ws')}/tts/websocket`;

/** Dials without a listener for errors. */
function dial(server: { url: string }, Class = WebSocket): WebSocket {
  const socket = new Class(address(server));
  cleanups.push(() => socket.on('error', () => {}) && socket.terminate());
  return socket;
}

async function open(server: { url: string }, Class = WebSocket): Promise<WebSocket> {
  const socket = dial(server, Class);
  await once(socket, 'open');
  return socket;
}

/** The code of its close event. Adds no listener for errors, which `once()` does. */
function ends(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => socket.on('close', resolve));
}

describe('the class of ws', () => {
  it('stays the same object, and loses all that the guard has put on it', async () => {
    const before = Object.getOwnPropertyDescriptors(WebSocket.prototype);
    const first = overlay(WebSocket);
    const second = overlay(WebSocket);
    assert.equal(first.target, WebSocket);
    first.undo();
    second.undo();
    first.undo();
    assert.deepEqual(Object.getOwnPropertyDescriptors(WebSocket.prototype), before);
  });

  it('bounds close() of a socket that somebody else opens and closes', async () => {
    guard(WebSocket);
    const socket = await open(await serve({ onClose: 'ignore' }));
    socket.close();
    await ends(socket);
  });

  it('bounds a handshake: an error event with ConnectTimeoutError, then close', async () => {
    guard(WebSocket, { connectTimeout: 100 });
    const socket = dial(await serve({ greeting: 'upgrade-stall' }));
    const errors: { code?: string }[] = [];
    socket.on('error', (error) => errors.push(error as { code?: string }));
    await ends(socket);
    assert.deepEqual(
      errors.map(({ code }) => code),
      ['ERR_CONNECT_TIMEOUT'],
    );
  });

  it('a handshake that takes too long warns once where nobody listens, and crashes nothing', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warning.name === 'HangupWarning' && warnings.push(warning);
    process.on('warning', note);
    cleanups.push(() => process.off('warning', note));
    guard(WebSocket, { connectTimeout: 100 });
    await ends(dial(await serve({ greeting: 'upgrade-stall' })));
    await sleep(10);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!.message, /did not finish the WebSocket handshake within 100 ms/);
  });

  it('an error of the socket that nobody hears is thrown, as by the bare class', async () => {
    guard(WebSocket);
    const socket = await open(await serve());
    assert.throws(() => socket.emit('error', new Error('as ws throws it')), /as ws throws it/);
  });

  it('a guard of a subclass leaves other sockets alone, and one of the class covers the subclass too', async () => {
    class Mine extends WebSocket {}
    const server = await serve();
    const mine = guard(Mine);
    await open(server);
    await open(server, Mine);
    assert.equal(mine.connections.length, 1);
    const all = guard(WebSocket);
    await open(server, Mine);
    await open(server);
    assert.equal(mine.connections.length, 2);
    assert.equal(all.connections.length, 2);
  });

  it('its disconnect() ends all sockets that are open, and names their hosts', async () => {
    const all = guard(WebSocket);
    const server = await serve();
    const silent = await serve({ onClose: 'ignore' });
    const sockets = [await open(server), await open(silent), dial(await serve({ greeting: 'upgrade-stall' }))];
    assert.equal(all.connected, true);
    assert.deepEqual(
      all.connections.map(({ state }) => state),
      ['open', 'open', 'connecting'],
    );
    const report = await all.disconnect({ timeout: 200 });
    for (const { readyState } of sockets) assert.equal(readyState, WebSocket.CLOSED);
    assert.equal(report.outcome, 'forced');
    assert.deepEqual(
      report.members?.map(({ name }) => name),
      sockets.map(({ url }) => `socket ${new URL(url).host}`),
    );
    assert.equal(report.members?.[0]?.outcome, 'graceful');
    assert.equal(all.connections.length, 0);
  });

  it('after its disconnect() a new socket is destroyed at once, and tells why; after undo() it opens', async () => {
    const all = guard(WebSocket);
    const server = await serve();
    await all.disconnect();
    const unheard = dial(server);
    const heard = dial(server);
    const isOver = Promise.all([ends(unheard), ends(heard)]);
    const [error] = await once(heard, 'error');
    assert.ok(error instanceof DisconnectedError, String(error));
    await isOver;
    assert.equal(server.seen.upgrades, 0);
    all.undo();
    await open(server);
  });

  it('a constructor that throws leaves nothing behind', async () => {
    const all = guard(WebSocket);
    assert.throws(() => new WebSocket('no address'), SyntaxError);
    assert.throws(() => new WebSocket('ws://127.0.0.1:1', { headers: { 'not valid': 'x' } }), TypeError);
    assert.equal(all.connections.length, 0);
    assert.equal((await all.disconnect()).outcome, 'graceful');
  });

  it('undo() leaves open sockets their bounds, and takes no new ones', async () => {
    const all = guard(WebSocket);
    const server = await serve({ onClose: 'ignore' });
    const before = await open(server);
    all.undo();
    const after = await open(server);
    assert.equal(all.connections.length, 1);
    before.close();
    after.close();
    await ends(before);
    assert.equal(after.readyState, WebSocket.CLOSING);
  });

  it('a heartbeat ends a dead peer: an error with the cause, and close 1006', async () => {
    guard(WebSocket, { heartbeat: { interval: 30, timeout: 60 } });
    const server = await serve();
    const socket = await open(server);
    const errors: { code?: string }[] = [];
    socket.on('error', (error) => errors.push(error as { code?: string }));
    server.inflict({ kind: 'black-hole' });
    const code = await ends(socket);
    assert.equal(code, 1006);
    assert.deepEqual(
      errors.map(({ code }) => code),
      ['ERR_HEARTBEAT'],
    );
  });

  it('a close frame whose TCP connection stays open is told with its code', async () => {
    guard(WebSocket);
    const server = await serve();
    const socket = await open(server);
    server.inflict({ kind: 'close-and-hang', code: 1011 });
    const code = await ends(socket);
    assert.equal(code, 1011);
  });
});

describe('the sockets of a server', () => {
  /** A server whose phone leg takes its time to answer a close frame. */
  async function phoneLeg(ms: number): Promise<{ leg: WebSocket; phone: WebSocket }> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    cleanups.push(() => server.close());
    await once(server, 'listening');
    const connection = once(server, 'connection');
    // The phone is no part of the process with the guard: it would be a client of it.
    const Phone = class extends WebSocket {};
    const phone = new Phone(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    cleanups.push(() => phone.terminate());
    await once(phone, 'open');
    const answer = phone.close.bind(phone);
    phone.close = (...args) => void setTimeout(() => answer(...args), ms);
    return { leg: (await connection)[0] as WebSocket, phone };
  }

  it('a phone leg that takes its time to close is not cut', async () => {
    const all = guard(WebSocket);
    const { leg } = await phoneLeg(1_600);
    leg.close(1000, 'bye');
    const code = await ends(leg);
    assert.equal(code, 1000);
    assert.equal(
      all.connections.some(({ name }) => name === 'socket'),
      false,
    );
  });

  it('control: with servers: true it is cut', async () => {
    guard(WebSocket, { servers: true });
    const { leg } = await phoneLeg(1_600);
    leg.close(1000, 'bye');
    const code = await ends(leg);
    assert.equal(code, 1006);
  });
});

describe('beside the overlay of an SDK', () => {
  it('a session ends politely, and the guard lists its socket once', async () => {
    const all = guard(WebSocket);
    const { target: RealtimeWS } = guardSdk();
    const server = await startVoiceServer();
    cleanups.push(() => server.close());
    const client = new OpenAI({ baseURL: server.url, apiKey: 'a-key' });
    const rt = new RealtimeWS({ model: 'a-model', options: { ca: server.ca } }, client);
    const errors: unknown[] = [];
    rt.on('error', (error) => errors.push(error));
    await rt.emitted('session.created');
    assert.equal(all.connections.length, 1);
    const { name, outcome } = await rt.disconnect();
    assert.deepEqual({ name, outcome, errors }, { name: 'socket realtime', outcome: 'graceful', errors: [] });
    assert.equal(all.connections.length, 0);
  });

  function guardSdk() {
    const overlaid = overlaySdk(OpenAIRealtimeWS);
    cleanups.push(() => overlaid.undo());
    return overlaid;
  }
});
