import { unusedEvery } from '../limits.ts';
import type { FastifyLike, HttpServerLike, Listening, Manner, TcpSocketLike } from './kinds.ts';

export function ofHttpServer(server: HttpServerLike): Manner {
  const unused = new Unused(server);
  return {
    step: 'close',
    ask: () =>
      new Promise<void>((resolve, reject) => {
        unused.close();
        server.close((error?: Error & { code?: unknown }) => {
          if (error === undefined || error.code === 'ERR_SERVER_NOT_RUNNING') resolve();
          else reject(error);
        });
      }).finally(() => unused.stop()),
    destroy: () => {
      unused.stop();
      server.closeAllConnections();
    },
  };
}

export function ofFastify(app: FastifyLike): Manner {
  const unused = new Unused(app.server);
  return {
    step: 'close',
    ask: () => {
      unused.close();
      const closed = app.close();
      const stop = () => unused.stop();
      closed.then(stop, stop);
      return closed;
    },
    destroy: () => {
      unused.stop();
      app.server.closeAllConnections?.();
    },
  };
}

/** The connections of a server on which nothing has come. Browsers open them to spare, and Node waits for each of them. */
class Unused {
  readonly #sockets = new Set<TcpSocketLike>();
  /** Those that were unused at the last look. */
  #suspects = new Set<TcpSocketLike>();
  #timer: NodeJS.Timeout | undefined;

  constructor(server: Listening) {
    server.on?.('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** Destroys them until the server is closed: Fastify listens on while its hooks run. */
  close(): void {
    this.#timer ??= setInterval(() => this.#look(), unusedEvery).unref();
    this.#look();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    // A request that has come while the event loop was blocked is read before this.
    setImmediate(() => {
      const unused = [...this.#sockets].filter(({ bytesRead }) => bytesRead === 0);
      // A request may follow its connection a moment later.
      for (const socket of unused) if (this.#suspects.has(socket)) socket.destroy();
      this.#suspects = new Set(unused);
    });
  }
}
