import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket as PartySocket } from 'partysocket';
import { afterEach, describe, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { overlay } from '../../overlays/ws/index.ts';
import { startVoiceServer, type VoiceServer } from '../support/voice-server.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function serve(behaviour: VoiceServer['behaviour'] = {}): Promise<VoiceServer> {
  const server = await startVoiceServer(behaviour, { tls: false });
  cleanups.push(() => server.close());
  return server;
}

async function open(server: { url: string }, query = ''): Promise<WebSocket> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/tts/websocket${query}`);
  cleanups.push(() => socket.terminate());
  await once(socket, 'open');
  return socket;
}

describe('one socket', () => {
  it('is the same object, and another one stays bare', async () => {
    const server = await serve();
    const socket = await open(server);
    const { target } = overlay(socket);
    assert.equal(target, socket);
    assert.equal('disconnect' in (await open(server)), false);
    assert.equal((await target.disconnect()).name, `socket ${new URL(server.url).host}`);
  });

  it('drops what it is given to send after the end, as ws does', async () => {
    const { target } = overlay(await open(await serve()));
    await target.disconnect();
    const error = await new Promise<Error | undefined>((resolve) => target.send('too late', resolve));
    assert.match(String(error), /not open/);
    target.send('too late');
  });

  it('throws an error that nobody hears, until its own end', async () => {
    const { target } = overlay(await open(await serve()));
    assert.throws(() => target.emit('error', new Error('as ws throws it')), /as ws throws it/);
    const ended = target.disconnect();
    target.emit('error', new Error('during the end'));
    await ended;
  });

  it('its own close() in the handshake crashes nothing', async () => {
    const server = await serve({ greeting: 'upgrade-stall' });
    const socket = new WebSocket(server.url.replace('http', 'ws'));
    overlay(socket);
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.close();
    assert.equal(await closed, 1006);
  });

  it('takes later options, and undo() takes these back', async () => {
    const socket = await open(await serve({ onClose: 'ignore' }));
    overlay(socket, { timeout: 60_000 });
    const { target, undo } = overlay(socket, { timeout: 100 });
    overlay(socket, { timeout: 1 }).undo();
    const report = await target.disconnect();
    assert.equal(report.reason, 'deadline');
    assert.ok(report.durationMs < 1_000, `${report.durationMs}`);
    undo();
  });

  it('of a server is ended too, when it is handed in', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    cleanups.push(() => server.close());
    await once(server, 'listening');
    const connection = once(server, 'connection');
    const client = new WebSocket(`ws://127.0.0.1:${(server.address() as { port: number }).port}`);
    cleanups.push(() => client.terminate());
    const { target } = overlay((await connection)[0] as WebSocket);
    const report = await target.disconnect();
    assert.equal(report.name, 'socket');
    assert.equal(report.outcome, 'graceful');
  });

  it('shows no key: not of its address, its headers or its protocols', async () => {
    const server = await serve({ greeting: 'upgrade-401' });
    const address = `${server.url.replace('http', 'ws')}/?key=AQUERYKEYtestkey`;
    const headers = { authorization: 'Bearer AHEADERKEYtestkey' };
    const socket = new WebSocket(address, ['token', 'APROTOCOLKEYtestkey'], { headers });
    const { target } = overlay(socket);
    socket.on('error', () => {});
    const failed = new Promise((resolve) => socket.on('close', resolve));
    await failed;
    const report = await target.disconnect();
    assert.doesNotMatch(JSON.stringify(report), /testkey/);
    // The failure of a step is in the report, in the words of the peer.
    const heard = overlay(await open(await serve(), '?token=AQUERYKEYtestkey'));
    const ended = heard.target.disconnect();
    heard.target.emit('error', new Error('AQUERYKEYtestkey is refused'));
    heard.target.terminate();
    assert.doesNotMatch(JSON.stringify(await ended), /testkey/);
  });
});

describe('a wrapper that dials again', () => {
  const inside = { WebSocket, minReconnectionDelay: 300, maxReconnectionDelay: 300, minUptime: 0 };

  function wrap(server: { url: string }) {
    const wrapper = new PartySocket(server.url.replace('http', 'ws'), [], inside);
    cleanups.push(() => wrapper.close());
    return overlay(wrapper).target;
  }

  it('still dials again after a drop, and disconnect() ends it in its back-off', async () => {
    const server = await serve();
    const wrapper = wrap(server);
    await once(wrapper as never, 'open');
    server.inflict({ kind: 'reset' });
    await once(wrapper as never, 'close');
    await once(wrapper as never, 'open');
    assert.equal(server.seen.connections.length, 2);
    server.inflict({ kind: 'reset' });
    await once(wrapper as never, 'close');
    assert.equal((await wrapper.disconnect()).outcome, 'graceful');
    await new Promise((resolve) => setTimeout(resolve, 400));
    assert.equal(server.seen.connections.length, 2);
  });

  it('reconnect() after disconnect() dials nothing', async () => {
    const server = await serve();
    const wrapper = wrap(server);
    await once(wrapper as never, 'open');
    await wrapper.disconnect();
    wrapper.reconnect();
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(server.seen.connections.length, 1);
    assert.equal(wrapper.connected, false);
  });
});

describe('refusals', () => {
  const code = 'ERR_PATCH_TARGET';
  it.each([
    ['a promise', Promise.resolve()],
    ['a server', new WebSocketServer({ noServer: true })],
    ['an object', {}],
    ['another class', Map],
    ['a function', () => {}],
  ])('%s is no target', (_name, target) => {
    assert.throws(() => overlay(target), { code });
  });

  it('options that the target cannot have are TypeErrors', () => {
    const socket = { readyState: 1, close() {}, addEventListener() {}, removeEventListener() {} };
    const heartbeat = { interval: 10, timeout: 10 };
    assert.throws(() => overlay(socket, { heartbeat }), /heartbeat needs sockets of the ws package/);
    assert.throws(() => overlay(PartySocket, { heartbeat }), /heartbeat needs sockets of the ws package/);
    assert.throws(() => overlay(socket, { servers: true }), /servers is for the class of ws/);
    assert.throws(() => overlay(WebSocket, { timeout: -1 }), TypeError);
    assert.throws(() => overlay(WebSocket, { tiemout: 1 } as object), /unknown option "tiemout"/);
    assert.throws(() => overlay(WebSocket, { servers: 1 } as never), /servers must be true or false/);
    assert.equal(Object.hasOwn(WebSocket.prototype, '_req'), false, 'nothing has been changed');
  });

  it('a socket that takes no members is refused', async () => {
    const socket = Object.preventExtensions(await open(await serve()));
    assert.throws(() => overlay(socket), { code: 'ERR_PATCH_FROZEN' });
  });
});
