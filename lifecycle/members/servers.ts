import type { FastifyLike, HttpServerLike, Listening, Manner, TcpSocketLike } from './kinds.ts';

export function ofHttpServer(server: HttpServerLike): Manner {
  const closeUnused = watchUnused(server);
  return {
    step: 'close',
    ask: () =>
      new Promise<void>((resolve, reject) => {
        server.close((error?: Error & { code?: unknown }) => {
          if (error === undefined || error.code === 'ERR_SERVER_NOT_RUNNING') resolve();
          else reject(error);
        });
        closeUnused();
      }),
    destroy: () => server.closeAllConnections(),
  };
}

export function ofFastify(app: FastifyLike): Manner {
  const closeUnused = watchUnused(app.server);
  return {
    step: 'close',
    ask: () => {
      const closed = app.close();
      closeUnused();
      return closed;
    },
    destroy: () => app.server.closeAllConnections?.(),
  };
}

/**
 * Browsers open connections to spare. Node takes one that has not sent a byte yet for one with a request, and waits for it.
 *
 * @returns a function that closes those of them that are there
 */
function watchUnused(server: Listening): () => void {
  const sockets = new Set<TcpSocketLike>();
  server.on?.('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return () => {
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  };
}
