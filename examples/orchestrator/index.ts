// An orchestrator: each session has an agent process of its own, which can always be found and always be ended.
//
//   npm run orchestrator                                    on one host, its records in the folder .hangup
//   REDIS_URL=redis://127.0.0.1:6379 npm run orchestrator   on any number of hosts, which share a Redis
//
// In an app, import from 'hangup/agents', 'hangup/agents/bullmq', 'hangup/lifecycle' and 'hangup/lifecycle/fastify'.
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type FastifyBaseLogger, fastify, LogController } from 'fastify';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { remoteAgents, serveHost } from '../../lifecycle/agents/bullmq/index.ts';
import { type Agent, AgentRegistry, fileStore, redisOptions, redisStore } from '../../lifecycle/agents/index.ts';
import { fastifyLifecycle } from '../../lifecycle/fastify.ts';
import { createShutdown } from '../../lifecycle/index.ts';
import { readConfig } from './config.ts';
import { type Fleet, LocalFleet, type NewSession } from './fleet.ts';
import { page } from './page.ts';
import { addRoutes } from './routes.ts';
import { refuseOtherSites } from './same-site.ts';
import { SharedFleet } from './shared-fleet.ts';

const config = readConfig(process.env);
// Written at once, so that no line is lost when the process ends. Its terminal may go before it.
const output = pino.destination({ sync: true });
output.on('error', () => {});
const logger = pino({}, output);

const { timeout, hostId, grace, ttl, redisUrl, role } = config;
const shutdown = createShutdown({ timeout, ...(!process.stderr.isTTY && { logger }) });

/** Starts the agent of a session on this host. */
function spawn(registry: AgentRegistry, { sessionId, userName, voiceId }: NewSession): Promise<Agent> {
  return registry.spawn(sessionId, config.agentCommand, {
    env: { SESSION_ID: sessionId, USER_NAME: userName, VOICE_ID: voiceId },
    labels: { userName },
    onLine: (line) => logger.info({ session: sessionId }, line),
  });
}

function localFleet(): Fleet {
  const store = fileStore(join(config.stateDir, 'agents'));
  const registry = new AgentRegistry({ store, host: hostId, grace, ttl, logger });
  shutdown.use('sessions', 'agents', registry);
  void registry.reconcile();
  return new LocalFleet(registry, (session) => spawn(registry, session));
}

function sharedFleet(url: string): Fleet {
  const client = new Redis(url, redisOptions);
  // The hosts below tell them.
  client.on('error', () => {});
  shutdown.use('resources', 'redis', () => client.disconnect());
  const store = redisStore(client);
  let registry: AgentRegistry | undefined;
  if (role !== 'api') {
    const own = new AgentRegistry({ store, host: hostId, grace, ttl, logger });
    registry = own;
    const host = serveHost(own, {
      connection: url,
      spawn: (_, session) => spawn(own, session as NewSession),
      logger,
    });
    shutdown.use('sessions', 'host', host);
    void own.reconcile();
  }
  const remote = remoteAgents({ connection: url, store, logger });
  shutdown.use('resources', 'remote agents', () => remote.close());
  return new SharedFleet(remote, store, registry);
}

const fleet = redisUrl === undefined ? localFleet() : sharedFleet(redisUrl);
const app = fastify({
  loggerInstance: logger as FastifyBaseLogger,
  // The page asks twice a second.
  logController: new LogController({ disableRequestLogging: true }),
  bodyLimit: 65_536,
  ajv: { customOptions: { coerceTypes: false } },
});
refuseOtherSites(app, config.host);
await app.register(fastifyLifecycle, { shutdown });
if (role !== 'worker') {
  app.get('/', (_, reply) => reply.type('text/html').send(page));
  addRoutes(app, fleet, randomUUID);
}

await app.listen({ host: config.host, port: config.port });
const { port } = app.server.address() as AddressInfo;
// A line of its own, for programs that wait for it.
console.log(`listening on http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`);
