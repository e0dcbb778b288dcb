/** Real sockets and servers as members: what the other side sees, and that nothing of them is left. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectSecurely } from 'node:tls';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createWebSocketStream, WebSocket, WebSocketServer } from 'ws';
import { Session } from '../../lifecycle/index.ts';
import { certificate } from '../support/certificate.ts';
import { listen } from '../support/ports.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve(
  server = createServer((_, response) => void response.end('ok')),
): Promise<{ server: Server; port: number }> {
  servers.push(server);
  return { server, port: await listen(server) };
}

/** A socket that a server has accepted, and its client. */
async function pair(): Promise<{ socket: WebSocket; client: WebSocket; sockets: WebSocketServer }> {
  const { server, port } = await serve();
  const sockets = new WebSocketServer({ server });
  const client = new WebSocket(`ws://127.0.0.1:${port}`);
  const [socket] = (await once(sockets, 'connection')) as [WebSocket];
  if (client.readyState !== WebSocket.OPEN) await once(client, 'open');
  return { socket, client, sockets };
}

const closeOf = async (client: WebSocket) => {
  const [code, reason] = (await once(client, 'close')) as [number, Buffer];
  return `${code} ${reason}`;
};
/** Its client answers nothing, not even a close frame. */
const deafen = (client: WebSocket) => (client as unknown as { _socket: { pause(): void } })._socket.pause();

describe('a socket of ws', () => {
  it('is closed with 1001, or with the code of the options', async () => {
    const [one, two] = [await pair(), await pair()];
    const session = new Session('42');
    session.use('one', one.socket);
    session.use('two', two.socket, { closeCode: 1012, closeReason: 'come back' });
    const closes = [closeOf(one.client), closeOf(two.client)];
    expect((await session.end()).outcome).toBe('graceful');
    expect(await Promise.all(closes)).toEqual(['1001 server shutdown', '1012 come back']);
  });

  it('is terminated when the client does not answer', async () => {
    const { socket, client } = await pair();
    deafen(client);
    const session = new Session('42');
    session.use('client', socket, { timeout: 50 });
    const report = await session.end();
    expect(report).toMatchObject({ outcome: 'forced', abandoned: [] });
    expect(socket.readyState).toBe(WebSocket.CLOSED);
    client.terminate();
  });

  it('has ended when the client has answered, though the client leaves the TCP connection open', async () => {
    const { socket, client } = await pair();
    const tcp = (client as unknown as { _socket: Socket })._socket;
    // After the close frames, `ws` waits for the server's end of the connection, and then ends its own half.
    tcp.removeAllListeners('end');
    (tcp as unknown as { allowHalfOpen: boolean }).allowHalfOpen = true;
    tcp.end = () => tcp;
    const session = new Session('42');
    session.use('client', socket);
    expect(await session.end()).toMatchObject({ outcome: 'graceful', abandoned: [] });
    expect(socket.readyState).toBe(WebSocket.CLOSED);
    client.terminate();
  });

  it('lets a stream over it finish', async () => {
    const { socket, client } = await pair();
    const stream = createWebSocketStream(socket);
    const piped = pipeline(stream, new PassThrough(), stream);
    client.send('hello');
    await once(client, 'message');
    const session = new Session('42');
    session.use('client', socket);
    expect((await session.end()).outcome).toBe('graceful');
    await piped;
    expect(stream.closed).toBe(true);
  });

  it('tells the close code to a client that has begun to close at the same time', async () => {
    const { socket, client } = await pair();
    const session = new Session('42');
    session.use('client', socket);
    client.close(4000, 'bye');
    const closed = closeOf(client);
    expect((await session.end()).outcome).toBe('graceful');
    expect(await closed).toMatch(/^(1001 server shutdown|4000 bye)$/);
  });

  it('tells the close code also when it is forced', async () => {
    const { socket, client } = await pair();
    // Bytes of the client that nobody has read make the kernel reset the connection.
    for (let n = 0; n < 50; n++) client.send(Buffer.alloc(640));
    const session = new Session('42');
    session.use('client', socket);
    const closed = closeOf(client);
    const report = await session.end(true);
    expect(await closed).toBe('1001 server shutdown');
    expect(report).toMatchObject({ outcome: 'forced', reason: 'force', abandoned: [] });
  });

  it('may have closed before, and may be connecting still', async () => {
    const { socket, client } = await pair();
    client.close();
    await once(socket, 'close');
    const { port } = await serve(createServer().on('upgrade', () => {}));
    const connecting = new WebSocket(`ws://127.0.0.1:${port}`);
    const session = new Session('42');
    session.use('closed', socket);
    session.use('connecting', connecting);
    expect((await session.end()).outcome).toBe('graceful');
  });
});

describe('a server', () => {
  it('of ws closes its sockets with 1001', async () => {
    const { client, sockets } = await pair();
    const session = new Session('42');
    session.use('sockets', sockets);
    const closed = closeOf(client);
    expect((await session.end()).outcome).toBe('graceful');
    expect(await closed).toBe('1001 server shutdown');
  });

  it('of HTTP waits for requests in progress, then cuts them', async () => {
    const { server, port } = await serve(createServer(() => {}));
    const socket = connect(port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(server, 'request');
    const session = new Session('42');
    session.use('http', server, { timeout: 50 });
    const cut = once(socket, 'close');
    const report = await session.end();
    await cut;
    expect(report).toMatchObject({ outcome: 'forced', abandoned: [] });
    expect(server.listening).toBe(false);
    // A server that does not listen has nothing to end.
    const again = new Session('43');
    again.use('http', server);
    expect((await again.end()).outcome).toBe('graceful');
  });

  it('of HTTP ends at once when nobody is served', async () => {
    const { server, port } = await serve();
    await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`).then((response) => response.text());
    const session = new Session('42');
    session.use('http', server);
    expect((await session.end()).outcome).toBe('graceful');
    await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow();
  });

  it('of HTTP does not wait for a connection on which nothing was asked', async () => {
    const { server, port } = await serve();
    const session = new Session('42');
    session.use('http', server);
    const spare = connect(port, '127.0.0.1');
    const closed = once(spare, 'close');
    await once(server, 'connection');
    expect((await session.end()).outcome).toBe('graceful');
    await closed;
  });

  it.each(['HTTP', 'HTTPS'])('of %s does not wait for a request whose head is never complete', async (kind) => {
    const { server, port } = await serve(kind === 'HTTP' ? createServer() : createSecureServer(certificate()));
    const session = new Session('42');
    session.use('server', server);
    const options = { port, host: '127.0.0.1', ca: certificate().cert };
    const client = kind === 'HTTP' ? connect(options) : connectSecurely(options);
    const closed = once(client, 'close');
    const [socket] = (await once(server, kind === 'HTTP' ? 'connection' : 'secureConnection')) as [Socket];
    const before = socket.bytesRead;
    client.on('error', () => {}).write('GET / HTTP/1.1\r\nHost: a\r\n');
    while (socket.bytesRead === before) await sleep(5);
    expect((await session.end()).outcome).toBe('graceful');
    await closed;
  });

  it('of HTTP answers a request whose head is complete only after its end has begun', async () => {
    const { server, port } = await serve(createServer((_, response) => void response.end('served')));
    const session = new Session('42');
    session.use('http', server);
    const client = connect(port, '127.0.0.1');
    const [socket] = (await once(server, 'connection')) as [Socket];
    client.write('GET / HTTP/1.1\r\nHost: a\r\n');
    while (socket.bytesRead === 0) await sleep(5);
    const ended = session.end();
    await sleep(150);
    client.write('Connection: close\r\n\r\n');
    expect(await text(client)).toContain('served');
    expect((await ended).outcome).toBe('graceful');
  });

  it('of HTTP waits for a body that its client has not ended, also after the answer', async () => {
    const { server, port } = await serve(createServer((_, response) => void response.end('too early')));
    const session = new Session('42');
    session.use('http', server, { timeout: 800 });
    const client = connect(port, '127.0.0.1');
    client.on('error', () => {}).write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n1');
    await once(client, 'data');
    const closed = once(client, 'close');
    expect(await session.end()).toMatchObject({ outcome: 'forced', abandoned: [] });
    await closed;
  });

  it('of HTTP leaves connections that were upgraded to those who have them', async () => {
    const { server, port } = await serve();
    const session = new Session('42');
    session.use('http', server, { timeout: 800 });
    new WebSocketServer({ server });
    const client = new WebSocket(`ws://127.0.0.1:${port}`);
    await once(client, 'open');
    expect((await session.end()).outcome).toBe('forced');
    expect(client.readyState).toBe(WebSocket.OPEN);
    client.terminate();
  });

  // The close() of Node 26 destroys such a connection by itself.
  const closesUnread = Number.parseInt(process.versions.node, 10) >= 26;
  it.skipIf(closesUnread)('of HTTP answers a request that it has not read yet when its end begins', async () => {
    const { server, port } = await serve(createServer((_, response) => void response.end('served')));
    const session = new Session('42');
    session.use('http', server);
    const ended = once(server, 'connection').then(() => session.end());
    const response = await fetch(`http://127.0.0.1:${port}`, { headers: { Connection: 'close' } });
    expect(await response.text()).toBe('served');
    expect((await ended).outcome).toBe('graceful');
  });

  it('of Fastify is closed through the app', async () => {
    const close = vi.fn(async () => {});
    const app = { server: {}, addHook() {}, close };
    const session = new Session('42');
    session.use('app', app);
    await session.end();
    expect(close).toHaveBeenCalledOnce();
  });
});

it('any other disposable is disposed', async () => {
  const dispose = vi.fn(async () => {});
  const session = new Session('42');
  session.use('stack', { [Symbol.asyncDispose]: dispose });
  await session.end();
  expect(dispose).toHaveBeenCalledOnce();
});
