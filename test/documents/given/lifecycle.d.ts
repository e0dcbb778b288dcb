// The names that the blocks of docs/lifecycle.md use and do not make.
import type { Server } from 'node:http';
import type { FastifyInstance, RouteHandler } from 'fastify';
import type { Disconnectable } from 'hangup';
import type { Session, SessionStore, Shutdown } from 'hangup/lifecycle';
import type { WebSocket, WebSocketServer } from 'ws';

interface Call {
  /** The phone has played all that was sent before. */
  marked(signal: AbortSignal): Promise<void>;
}

declare global {
  const server: Server;
  const sockets: WebSocketServer;
  const socket: WebSocket;
  const shutdown: Shutdown;
  const sessions: SessionStore;
  const session: Session;
  const calls: Set<Call>;
  const app: FastifyInstance;
  const openCall: RouteHandler;
  const pool: { end(): Promise<void> };
  const agent: { close(): Promise<void>; destroy(): Promise<void> };
  const worker: { close(force?: boolean): Promise<void> };
  function open(sdkClient: typeof client): Disconnectable;
  function save(id: string): Promise<void>;
  function greet(socket: WebSocket, provider: Disconnectable, signal: AbortSignal): Promise<void>;
}
