/** The plugin on a real Fastify: health, readiness, and what is refused while the process ends. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { fastify } from 'fastify';
import { afterEach, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { fastifyLifecycle } from '../../lifecycle/fastify.ts';
import { createShutdown, SessionStore } from '../../lifecycle/index.ts';

const shutdowns: Disposable[] = [];
afterEach(() => shutdowns.splice(0).forEach((shutdown) => void shutdown[Symbol.dispose]()));

function make() {
  const options = { signals: [], errors: false, watchdog: false, exit: false, logger: false as const, drain: 20_000 };
  const shutdown = createShutdown(options);
  shutdowns.push(shutdown);
  return shutdown;
}

async function start(options: { ready?: false } = {}) {
  const shutdown = make();
  const sessions = new SessionStore();
  shutdown.use('drain', 'calls', (limit) => sessions.drain(limit));
  shutdown.use('sessions', 'sessions', sessions);
  const app = fastify();
  await app.register(fastifyLifecycle, { shutdown, sessions, ...options });
  app.post('/calls', { config: { opensSession: true } as object }, () => 'opened');
  app.get('/calls', () => 'listed');
  const sockets = new WebSocketServer({ server: app.server });
  sockets.on('connection', (socket) => {
    const session = sessions.open('42');
    session.use('client', socket);
    socket.on('close', () => void session.end());
    socket.send('ready');
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const status = async (path: string, method = 'GET') => (await fetch(`${url}${path}`, { method })).status;
  return { shutdown, url, status };
}

it('refuses new sessions while it drains, serves the rest, and closes the app', async () => {
  const { shutdown, url, status } = await start();
  expect([await status('/health'), await status('/ready'), await status('/calls', 'POST')]).toEqual([200, 200, 200]);
  const client = new WebSocket(url);
  await once(client, 'message');
  const ended = shutdown.end();
  expect([await status('/health'), await status('/ready'), await status('/calls')]).toEqual([200, 503, 200]);
  const refused = await fetch(`${url}/calls`, { method: 'POST' });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  const [error] = (await once(new WebSocket(url), 'error')) as [Error];
  expect(error.message).toBe('Unexpected server response: 503');
  client.close();
  expect(await ended).toMatchObject({ outcome: 'graceful', exitCode: 0 });
  await expect(fetch(`${url}/health`)).rejects.toThrow();
});

it('leaves out a route', async () => {
  const { shutdown, status } = await start({ ready: false });
  expect([await status('/health'), await status('/ready')]).toEqual([200, 404]);
  await shutdown.end();
});

it('serves a request that offers an upgrade when nobody takes upgrades', async () => {
  const shutdown = make();
  const app = fastify();
  await app.register(fastifyLifecycle, { shutdown });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const asked = request(`${url}/health`, { headers: { Connection: 'Upgrade', Upgrade: 'h2c' } }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  expect(response.resume().statusCode).toBe(200);
  await shutdown.end();
});

it('does not wait for a connection on which nothing was asked', async () => {
  const shutdown = make();
  const app = fastify();
  await app.register(fastifyLifecycle, { shutdown });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const spare = connect(Number(new URL(url).port), '127.0.0.1');
  const closed = once(spare, 'close');
  await once(app.server, 'connection');
  expect(await shutdown.end()).toMatchObject({ outcome: 'graceful', exitCode: 0 });
  await closed;
});

it('does not wait for a connection that comes while the hooks of the end run', async () => {
  const shutdown = make();
  const app = fastify();
  await app.register(fastifyLifecycle, { shutdown });
  let isClosing!: () => void;
  const closing = new Promise<void>((resolve) => {
    isClosing = resolve;
  });
  app.addHook('preClose', async () => {
    isClosing();
    await once(app.server, 'connection');
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const ended = shutdown.end();
  await closing;
  const spare = connect(Number(new URL(url).port), '127.0.0.1');
  const closed = once(spare, 'close');
  expect(await ended).toMatchObject({ outcome: 'graceful', exitCode: 0 });
  await closed;
});

it('survives an error of a socket that it has refused', async () => {
  const shutdown = make();
  const app = fastify();
  await app.register(fastifyLifecycle, { shutdown });
  // A listener that does not see that the socket has ended.
  app.server.on('upgrade', (_, socket) => void socket.write('late'));
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const sessions = new SessionStore();
  const session = sessions.open('42');
  shutdown.use('drain', 'calls', (limit) => sessions.drain(limit));
  const ended = shutdown.end();
  const [error] = (await once(new WebSocket(url), 'error')) as [Error];
  expect(error.message).toBe('Unexpected server response: 503');
  await session.end();
  await ended;
});
