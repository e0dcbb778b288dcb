/** A real socket of `ws` on the loopback. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { ReceiveQueue, ReceiveTimeoutError, StreamEndedError } from '../../receive/index.ts';
import { errorOf } from './error-of.ts';

const http = createServer();
const server = new WebSocketServer({ server: http });

beforeAll(async () => {
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
});
afterAll(() => {
  for (const peer of server.clients) peer.terminate();
  http.close();
});

/** A client, its peer and the receive loop between them, as docs/receive.md has it. */
async function connect(options: { bound?: number; timeout?: number } = {}) {
  const { port } = http.address() as AddressInfo;
  const opened = once(server, 'connection');
  const ws = new WebSocket(`ws://127.0.0.1:${port}`);
  const queue = new ReceiveQueue<Buffer>(options);
  ws.on('message', (data: Buffer) => {
    if (queue.push(data)) return;
    ws.pause();
    queue.room().then(() => ws.resume());
  });
  ws.on('ping', () => queue.touch());
  ws.on('error', (error) => queue.end(error));
  ws.on('close', (code, reason) => queue.end({ closeCode: code, closeReason: String(reason) }));
  const [peer] = (await opened) as [WebSocket];
  await once(ws, 'open');
  return { ws, peer, queue };
}

test('the peer closes after turn 1: turn 2 fails at once, with code and reason', async () => {
  const { peer, queue } = await connect({ timeout: 60_000 });
  peer.send('audio');
  peer.close(1011, 'pipeline error');
  expect((await queue.drain()).items.map(String)).toEqual(['audio']);
  for (let turn = 2; turn < 4; turn++) {
    const error = await errorOf(queue.drain());
    expect(error).toBeInstanceOf(StreamEndedError);
    expect(error).toMatchObject({ closeCode: 1011, closeReason: 'pipeline error', phase: 'between-chunks' });
    expect(error.cause).toBeUndefined();
  }
});

test('the connection is cut: the error has code 1006 or the crash of the socket', async () => {
  const { peer, queue } = await connect({ timeout: 60_000 });
  const waiting = queue.receive();
  peer.terminate();
  const error = await errorOf(waiting);
  expect(error).toMatchObject({ code: 'ERR_STREAM_ENDED', closeCode: 1006, phase: 'first-chunk' });
});

test('the peer sends a broken frame: the crash of the socket is the cause', async () => {
  const { ws, queue } = await connect({ timeout: 60_000 });
  const waiting = queue.receive();
  // A frame of a reserved opcode.
  for (const { _socket } of server.clients as Set<WebSocket & { _socket: NodeJS.WritableStream }>) {
    _socket.write(Buffer.from([0x83, 0]));
  }
  const error = await errorOf(waiting);
  expect(error.cause).toMatchObject({ code: 'WS_ERR_INVALID_OPCODE' });
  expect(error.message).toMatch(/^the receive loop crashed before the first item: RangeError: Invalid WebSocket frame/);
  ws.terminate();
});

test('the peer is alive and silent: that is a timeout, which its pings put off', async () => {
  const { ws, peer, queue } = await connect();
  const pings = setInterval(() => peer.ping(), 20);
  const waiting = queue.receive({ timeout: 500 });
  let isPinged = true;
  setTimeout(() => {
    clearInterval(pings);
    isPinged = false;
  }, 1200);
  const error = await errorOf(waiting);
  expect(error).toBeInstanceOf(ReceiveTimeoutError);
  expect(isPinged).toBe(false);
  ws.terminate();
});

test('a slow consumer pauses the socket at the bound, and gets everything in order', async () => {
  const { ws, peer, queue } = await connect({ bound: 8 });
  const count = 2000;
  const frame = Buffer.alloc(16_384);
  for (let index = 0; index < count; index++) {
    frame.writeUInt32BE(index);
    peer.send(Buffer.from(frame));
  }
  let longest = 0;
  for (let index = 0; index < count; index++) {
    const item = await queue.receive();
    if (item.readUInt32BE(0) !== index) expect.unreachable(`item ${index} is out of order`);
    longest = Math.max(longest, queue.size);
    if (index % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  // One read of the socket may give several messages, which `ws` still hands out when it is paused.
  expect(longest).toBeLessThan(64);
  ws.terminate();
});
