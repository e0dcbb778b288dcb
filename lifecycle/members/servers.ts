import { headGrace, unusedEvery } from '../limits.ts';
import type { ConnectionEmitter, FastifyLike, HttpServerLike, Manner, TcpSocketLike } from './kinds.ts';

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

/** The fields by which Node knows what goes on on a connection of HTTP. A connection that was upgraded has none of them. */
interface HttpFields {
  readonly parser?: { readonly incoming?: { readonly complete: boolean } | null } | null;
  /** The response that is due. */
  readonly _httpMessage?: object | null;
}

/** The connections of a server without a request. Browsers open such connections in advance, and Node waits for each of them. */
class Unused {
  readonly #sockets = new Set<TcpSocketLike>();
  /** At how many looks, one after the other, each was unused. */
  #looks = new Map<TcpSocketLike, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(server: ConnectionEmitter) {
    for (const event of ['connection', 'secureConnection'] as const) {
      server.on?.(event, (socket) => {
        this.#sockets.add(socket);
        socket.once('close', () => this.#sockets.delete(socket));
      });
    }
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
      const looks = new Map<TcpSocketLike, number>();
      for (const socket of this.#sockets) {
        if (!isUnused(socket)) continue;
        const count = (this.#looks.get(socket) ?? -1) + 1;
        looks.set(socket, count);
        // A request may follow its connection a moment later, and the rest of its head a moment after that.
        if (count * unusedEvery >= (socket.bytesRead === 0 ? unusedEvery : headGrace)) socket.destroy();
      }
      this.#looks = looks;
    });
  }
}

/** Nothing has come on it, or at most a part of the head of a request, of which the app knows nothing. */
function isUnused(socket: TcpSocketLike & HttpFields): boolean {
  if (socket.bytesRead === 0) return true;
  const { parser, _httpMessage } = socket;
  return parser != null && _httpMessage == null && parser.incoming?.complete !== false;
}
