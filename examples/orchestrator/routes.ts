import type { FastifyError, FastifyInstance } from 'fastify';
import { AgentError } from '../../lifecycle/agents/index.ts';
import { ScopeClosedError } from '../../lifecycle/index.ts';
import type { Fleet, NewSession } from './fleet.ts';

// It becomes a key of Redis, the name of a file and a variable of the environment.
const sessionId = { type: 'string', pattern: '^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,127}$' };
const text = { type: 'string', minLength: 1, maxLength: 200, pattern: '^[^\\u0000-\\u001f\\u007f]*$' };
const bodyOf = (properties: object, required: readonly string[]) => ({
  schema: { body: { type: 'object', properties, required } },
});

/** The status of an error of the fleet, and the words for the client: they tell no path, no command line and no address. */
const answers: Record<string, readonly [number, string]> = {
  ERR_AGENT_EXISTS: [400, 'a session with this id exists'],
  ERR_AGENT_STORE: [503, 'the store cannot be written'],
  ERR_AGENT_HOST: [503, 'no host answers'],
  ERR_SCOPE_CLOSED: [503, 'the server shuts down'],
};
const isOfFleet = (error: unknown) => error instanceof AgentError || error instanceof ScopeClosedError;
const cannotStart = [500, 'the agent cannot be started'] as const;

interface Ended {
  sessionId: string;
}

/** The routes of the API. The ids of new sessions come from `makeId`. */
export function addRoutes(app: FastifyInstance, fleet: Fleet, makeId: () => string): void {
  const start = bodyOf({ userName: text, voiceId: text, sessionId }, ['userName']);
  app.post<{ Body: Omit<NewSession, 'sessionId'> & Partial<Ended> }>(
    '/api/session/start',
    { ...start, config: { opensSession: true } },
    async ({ body, log }, reply) => {
      const session: NewSession = { ...body, sessionId: body.sessionId ?? makeId() };
      try {
        await fleet.start(session);
      } catch (error) {
        if (!isOfFleet(error)) throw error;
        log.warn({ session: session.sessionId }, `it cannot be started: ${error.message}`);
        const [status, message] = answers[error.code] ?? cannotStart;
        return reply.code(status).send({ error: message });
      }
      return reply.code(201).send({ sessionId: session.sessionId });
    },
  );

  app.post<{ Body: Ended }>(
    '/api/session/end',
    bodyOf({ sessionId }, ['sessionId']),
    async ({ body: { sessionId } }, reply) => {
      const result = await fleet.end(sessionId);
      if (result === undefined) return reply.code(404).send({ error: 'nobody knows this session' });
      return { sessionId, result };
    },
  );

  app.post<{ Body: Ended & { event: string } }>(
    '/api/webhook',
    bodyOf({ sessionId, event: text }, ['sessionId', 'event']),
    ({ body: { event, sessionId }, log }, reply) => {
      // A provider that waits too long sends it again.
      reply.code(202).send({ accepted: true });
      if (event !== 'session.ended') return;
      fleet.end(sessionId).catch((error: Error) => log.warn({ session: sessionId }, `webhook: ${error.message}`));
    },
  );

  app.get('/api/sessions', async (_, reply) => {
    try {
      const [sessions, hosts] = await Promise.all([fleet.sessions(), fleet.hosts()]);
      return { sessions, hosts };
    } catch {
      // The page asks again and again: the log has said already that the store is away.
      return reply.code(503).send({ error: 'the store cannot be read' });
    }
  });

  app.setErrorHandler<FastifyError>((error, request, reply) => {
    if (isOfFleet(error)) {
      const [status, message] = answers[error.code] ?? [500, 'it failed'];
      return reply.code(status).send({ error: message });
    }
    const status = error.statusCode ?? 500;
    // A client reads the answer when it has sent its body: Fastify would cut it off.
    if (status === 413) reply.removeHeader('connection');
    // A body of another kind is a mistake like any other.
    if (status < 500) return reply.code(status === 415 ? 400 : status).send({ error: error.message });
    request.log.error(`${error.name}: ${error.message}`);
    return reply.code(500).send({ error: 'it failed' });
  });
}
