// A voice server that ends within its time, whatever happens: browsers talk to OpenAI Realtime through it.
//
//   npm run voice-server                        with a local provider, which only hums
//   OPENAI_API_KEY=<key> npm run voice-server   with OpenAI
//
// In an app, import from 'hangup/lifecycle' and 'hangup/lifecycle/fastify'.
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import { pino } from 'pino';
import { WebSocketServer } from 'ws';
import { fastifyLifecycle } from '../../lifecycle/fastify.ts';
import { createShutdown, SessionStore } from '../../lifecycle/index.ts';
import { Bridge } from './bridge.ts';
import { readConfig } from './config.ts';
import { readFaults } from './faults.ts';
import { type LocalProvider, startLocalProvider } from './local-provider.ts';
import { page } from './page.ts';
import { writePidFile } from './pid-file.ts';
import { connectorTo } from './provider.ts';
import { keepReport } from './report-file.ts';

const config = readConfig(process.env);
const faults = readFaults(process.env.HANGUP_EXAMPLE_FAULTS);
// Written at once, so that no line is lost when the process ends. Its terminal may go before it.
const output = pino.destination({ sync: true });
output.on('error', () => {});
const logger = pino({}, output);

const { timeout, drain, utterance } = config;
const shutdown = createShutdown({
  timeout,
  drain: drain + utterance,
  // An event loop that is blocked for so long has no time left to hear a signal.
  watchdog: { blockTimeout: Math.max(timeout, 1000) },
  // A person at a terminal sees lines; a machine gets JSON.
  ...(!process.stderr.isTTY && { logger }),
});
const sessions = new SessionStore({ sessionTimeout: timeout / 2, timeout });
const bridges = new Map<string, Bridge>();

shutdown.use('drain', 'calls and sentences', async ({ signal }) => {
  await sessions.drain({ timeout: drain, signal });
  await Promise.all([...bridges.values()].map((bridge) => bridge.sentenceEnd(signal)));
});
shutdown.use('sessions', 'sessions', sessions);
if (config.reportFile !== undefined) keepReport(shutdown, config.reportFile);
if (faults.lateThrow !== undefined) {
  const lateThrow = () => {
    throw new Error('late throw on purpose');
  };
  shutdown.signal.addEventListener('abort', () => setTimeout(lateThrow, faults.lateThrow));
}

let local: LocalProvider | undefined;
if (config.apiKey === undefined) {
  local = await startLocalProvider(faults.providerHangs);
  shutdown.use('resources', 'local provider', () => local?.close());
  logger.info('no OPENAI_API_KEY: a local provider takes the place of OpenAI, and only hums');
}
const realtime = connectorTo(config.apiKey, local);

const app = fastify({ loggerInstance: logger });
await app.register(fastifyLifecycle, { shutdown, sessions });
app.get('/', (_, reply) => reply.type('text/html').send(page));

const sockets = new WebSocketServer({ noServer: true });
let count = 0;
app.server.on('upgrade', (request, socket, head) => {
  // The plugin has refused it.
  if (!socket.writable) return;
  // Not by `new URL()`, which throws at the path `//`.
  if (request.url?.split('?')[0] !== '/session') {
    socket.on('error', () => {}).end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
    return;
  }
  sockets.handleUpgrade(request, socket, head, (client) => {
    const session = sessions.open(randomUUID());
    const bridge = new Bridge(session, client, {
      realtime,
      faults,
      transcriptDir: config.transcriptDir,
      logger,
      index: count++,
    });
    bridges.set(session.id, bridge);
    void session.closed.then(() => bridges.delete(session.id));
  });
});

await app.listen({ host: config.host, port: config.port });
if (config.pidFile !== undefined) writePidFile(config.pidFile, drain + utterance + timeout);
const { port } = app.server.address() as AddressInfo;
// A line of its own, for programs that wait for it.
console.log(`listening on http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`);
