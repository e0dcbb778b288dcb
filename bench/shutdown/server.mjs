// A server with a session for each WebSocket, which one of the peers ends. It runs as a process of its own.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';

const { peer, folder, lifecycle, stuck, blocks, lateThrow } = JSON.parse(process.env.BENCH_SHUTDOWN);
// Each package is resolved in the folder of the peers.
const require = createRequire(`${folder}/package.json`);
const { WebSocketServer } = require('ws');
/** What a user would set for all of them. */
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

const app = peer === 'fastify-graceful-shutdown' ? require('fastify')() : undefined;
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
  'close-with-grace'() {
    require('close-with-grace')({ delay: timeout, logger: false }, async () => {
      await endAll();
      await close();
    });
  },
  '@godaddy/terminus'() {
    require('@godaddy/terminus').createTerminus(server, { signal, timeout, onSignal: endAll });
  },
  'http-terminator'() {
    const terminator = require('http-terminator').createHttpTerminator({ server, gracefulTerminationTimeout: timeout });
    process.on(signal, async () => {
      // It ends the sockets, so nothing else waits for them.
      await endAll(false);
      await terminator.terminate();
      process.exit(0);
    });
  },
  'http-graceful-shutdown'() {
    require('http-graceful-shutdown')(server, { signals: signal, timeout, preShutdown: () => endAll(false) });
  },
  async lightship() {
    const { createLightship } = require('lightship');
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
    const { asyncExitHook } = await import(require.resolve('exit-hook'));
    asyncExitHook(endAll, { wait: timeout });
  },
  async 'fastify-graceful-shutdown'() {
    await app.register(require('fastify-graceful-shutdown'), { timeout });
    app.after(() => app.gracefulShutdown(() => endAll()));
    await app.ready();
  },
  '@gquittet/graceful-server'() {
    const { GracefulServer, default: make = GracefulServer } = require('@gquittet/graceful-server');
    make(server, { timeout, closePromises: [() => endAll()] }).setReady();
  },
  async prexit() {
    const { default: prexit } = await import(require.resolve('prexit'));
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
