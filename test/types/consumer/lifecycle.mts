// Compiled by npm run package against the packed tarball, never run: the levels above a client.

import { createServer, type Server } from 'node:http';
import {
  createShutdown,
  formatReport,
  ScopeClosedError,
  type Session,
  SessionStore,
  TaskScope,
  whyAlive,
} from 'hangup/lifecycle';
import { fastifyLifecycle } from 'hangup/lifecycle/fastify';

export const shutdown = createShutdown({ timeout: 3000, drain: 60_000, watchdog: { blockTimeout: 5000 } });
export const sessions: SessionStore = shutdown.use('sessions', 'sessions', new SessionStore({ sessionTimeout: 1500 }));
export const server: Server = shutdown.use('servers', 'http', createServer());
shutdown.use('drain', 'calls', (limit) => sessions.drain(limit));

export async function call(session: Session, close: () => Promise<void>): Promise<string> {
  session.use('provider', ({ timeout, signal }) => (timeout > 0 && !signal.aborted ? close() : undefined), {
    timeout: 500,
    force: () => {},
  });
  const length: number = await session.tasks.run(
    'tool',
    async (signal) => (await fetch('http://localhost', { signal })).status,
  );
  const report = await session.end({ timeout: length });
  return report.outcome === 'forced' ? report.abandoned.join() : formatReport(report, { columns: 80 });
}

export async function tasks(): Promise<void> {
  await using scope = new TaskScope({ name: 'tasks', signal: shutdown.signal });
  scope.interval('keepalive', 3000, () => whyAlive().tasks.length);
}

export const plugin = (app: unknown): Promise<void> => fastifyLifecycle(app, { shutdown, sessions, ready: false });
export const isClosed = (error: unknown): boolean =>
  error instanceof ScopeClosedError && error.code === 'ERR_SCOPE_CLOSED';
export const cause: Promise<string> = shutdown.end('a call').then((report) => `${report.cause} ${report.exitCode}`);
// @ts-expect-error an option that does not exist
createShutdown({ tiemout: 500 });
// @ts-expect-error nobody knows how to end it
shutdown.use('resources', 'pool', { drain: () => {} });
