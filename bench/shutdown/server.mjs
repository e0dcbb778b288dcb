// A server with a session for each WebSocket, which one of the peers ends. It runs as a process of its own, from a copy in the folder
// of the peers.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer } from 'ws';

const { peer, lifecycle, stuck, blocks, lateThrow } = JSON.parse(process.env.BENCH_SHUTDOWN);
/** A budget in ms that a user would set for each of them. */
const timeout = 3000;
const signal = 'SIGINT';

/** The clean-up of one session: a few ms of work, or one of the faults. */
async function cleanUp(n) {
  if (n === 0 && lateThrow !== undefined) {
    setTimeout(() => {
      throw new Error('late throw');
    }, lateThrow);
  }
  if (n === 0 && blocks) for (;;);
  if (n < stuck) await new Promise(() => {});
  // A timer may be running late: that must not let the process end.
  await sleep(lateThrow === undefined ? 50 : 2 * lateThrow);
}

const sessions = new Set();
/** Ends one session: its clean-up, then its close code. */
async function end({ n, socket }, waits) {
  await cleanUp(n);
  const closed = once(socket, 'close');
  socket.close(1001);
  if (waits) await closed;
}
const endAll = async (waits = true) => {
  await Promise.all([...sessions].map((session) => end(session, waits)));
};

const app = peer === 'fastify-graceful-shutdown' ? (await import('fastify')).fastify() : undefined;
const server = app?.server ?? createServer((_, response) => response.end());
const close = () => new Promise((resolve) => server.close(resolve));

/** How each is used, by its own documents: the sessions are ended in its hook. */
const peers = {
  async hangup() {
    const { createShutdown, SessionStore } = await import(lifecycle);
    const shutdown = createShutdown({ timeout, logger: false });
    const store = new SessionStore({ sessionTimeout: 700 });
    shutdown.use('sessions', 'sessions', store);
    shutdown.use('servers', 'http', server);
    return ({ n, socket }) => {
      const session = store.open(String(n));
      session.use('clean-up', () => cleanUp(n));
      session.use('client', socket);
    };
  },
  async 'close-with-grace'() {
    const { default: closeWithGrace } = await import('close-with-grace');
    closeWithGrace({ delay: timeout, logger: false }, async () => {
      await endAll();
      await close();
    });
  },
  async '@godaddy/terminus'() {
    const { createTerminus } = await import('@godaddy/terminus');
    createTerminus(server, { signal, timeout, onSignal: endAll });
  },
  async 'http-terminator'() {
    const { createHttpTerminator } = await import('http-terminator');
    const terminator = createHttpTerminator({ server, gracefulTerminationTimeout: timeout });
    process.on(signal, async () => {
      // It ends the sockets, so nothing else waits for them.
      await endAll(false);
      await terminator.terminate();
      process.exit(0);
    });
  },
  async 'http-graceful-shutdown'() {
    const { default: gracefulShutdown } = await import('http-graceful-shutdown');
    gracefulShutdown(server, { signals: signal, timeout, preShutdown: () => endAll(false) });
  },
  async lightship() {
    const { createLightship } = await import('lightship');
    const lightship = await createLightship({
      port: 0,
      detectKubernetes: false,
      signals: [signal],
      shutdownDelay: 0,
      shutdownHandlerTimeout: timeout,
    });
    lightship.registerShutdownHandler(async () => {
      await endAll();
      await close();
    });
    lightship.signalReady();
  },
  async 'exit-hook'() {
    const { asyncExitHook } = await import('exit-hook');
    asyncExitHook(endAll, { wait: timeout });
  },
  async 'fastify-graceful-shutdown'() {
    const { default: plugin } = await import('fastify-graceful-shutdown');
    await app.register(plugin, { timeout });
    app.after(() => app.gracefulShutdown(() => endAll()));
    await app.ready();
  },
  async '@gquittet/graceful-server'() {
    const { default: gracefulServer } = await import('@gquittet/graceful-server');
    gracefulServer(server, { timeout, closePromises: [() => endAll()] }).setReady();
  },
  async prexit() {
    const { default: prexit } = await import('prexit');
    prexit(async () => {
      await endAll();
      await close();
    });
  },
};

const take = await peers[peer]();
let count = 0;
new WebSocketServer({ server }).on('connection', (socket) => {
  const session = { n: count++, socket };
  sessions.add(session);
  socket.on('close', () => sessions.delete(session));
  socket.on('error', () => {});
  take?.(session);
  socket.send('ready');
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
