import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyLike } from './members/kinds.ts';
import type { Shutdown } from './shutdown.ts';
import type { SessionStore } from './store.ts';

export interface FastifyLifecycleOptions {
  shutdown: Shutdown;
  /** With it, new sessions are refused also while the store drains. */
  sessions?: SessionStore;
  /** The route that answers 200 as long as the process lives. Default `/health`; `false`: none. */
  health?: string | false;
  /** The route that answers 503 from the first signal on. Default `/ready`; `false`: none. */
  ready?: string | false;
}

interface Reply {
  code(status: number): Reply;
  header(name: string, value: string): Reply;
  send(body: unknown): unknown;
}

/** The parts of Fastify that are used here. */
interface App extends FastifyLike {
  readonly server: FastifyLike['server'] & {
    prependListener(event: 'upgrade', listener: (request: IncomingMessage, socket: Duplex) => void): unknown;
    listenerCount(event: 'upgrade'): number;
    on(event: 'newListener', listener: (event: string | symbol) => void): unknown;
    off(event: 'newListener', listener: (event: string | symbol) => void): unknown;
  };
  get(path: string, handler: (request: never, reply: Reply) => unknown): unknown;
  addHook(name: 'onRequest', hook: (request: never, reply: Reply) => Promise<unknown>): unknown;
}

const refusal = 'HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/**
 * A plugin of Fastify: `app.register(fastifyLifecycle, { shutdown, sessions })`. It adds the routes of health and readiness, answers
 * 503 to upgrades and to routes with `config: { opensSession: true }` while the process ends, and closes the app in the phase
 * `servers`.
 */
export async function fastifyLifecycle(app: unknown, options: FastifyLifecycleOptions): Promise<void> {
  const { shutdown, sessions, health = '/health', ready = '/ready' } = options;
  const fastify = app as App;
  const isRefusing = () => !shutdown.ready || sessions?.accepting === false;
  if (health !== false) fastify.get(health, () => ({ status: 'ok' }));
  if (ready !== false) {
    fastify.get(ready, (_, reply) => {
      const isReady = shutdown.ready;
      reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'ending' });
    });
  }
  fastify.addHook('onRequest', async (request, reply) => {
    const { config } = (request as { routeOptions: { config?: { opensSession?: boolean } } }).routeOptions;
    if (config?.opensSession !== true || !isRefusing()) return undefined;
    return reply.code(503).header('Retry-After', '1').header('Connection', 'close').send({ status: 'ending' });
  });
  // The listeners after this one get a socket that has ended. An error of it, as after a reset, must not end the process.
  const refuse = (_: IncomingMessage, socket: Duplex) => {
    if (isRefusing()) socket.on('error', () => {}).end(refusal);
  };
  beforeUpgradeListeners(fastify.server, () => fastify.server.prependListener('upgrade', refuse));
  shutdown.use('servers', 'fastify', fastify);
}

/**
 * Calls back right before the first listener for upgrades is added. Without a listener, Node serves a request that offers an upgrade like
 * any other, such as that of a client that would also speak HTTP/2. If the listener of the plugin were the only one, nobody would answer
 * such a request.
 */
function beforeUpgradeListeners(server: App['server'], add: () => void): void {
  if (server.listenerCount('upgrade') > 0) {
    add();
    return;
  }
  const onListener = (event: string | symbol) => {
    if (event !== 'upgrade') return;
    server.off('newListener', onListener);
    add();
  };
  server.on('newListener', onListener);
}

// The hook and the routes are for the whole app, and not only for what is registered below the plugin.
Object.defineProperty(fastifyLifecycle, Symbol.for('skip-override'), { value: true });
