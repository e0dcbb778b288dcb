import type { FastifyLike, HttpServerLike, Manner } from './kinds.ts';

export const ofHttpServer = (server: HttpServerLike): Manner => ({
  step: 'close',
  ask: () =>
    new Promise<void>((resolve, reject) => {
      server.close((error?: Error & { code?: unknown }) => {
        if (error === undefined || error.code === 'ERR_SERVER_NOT_RUNNING') resolve();
        else reject(error);
      });
    }),
  destroy: () => server.closeAllConnections(),
});

export const ofFastify = (app: FastifyLike): Manner => ({
  step: 'close',
  ask: () => app.close(),
  destroy: () => app.server.closeAllConnections?.(),
});
