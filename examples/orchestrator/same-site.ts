import type { FastifyInstance, FastifyRequest } from 'fastify';

const loopback = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Refuses what the page of another site sends: this server has no password, and a browser reaches it from any page. Providers
 * and programs send neither `Origin` nor `Sec-Fetch-Site`.
 */
export function refuseOtherSites(app: FastifyInstance, boundTo: string): void {
  // A name of another site that leads to this machine is another site.
  const isLoopback = boundTo === 'localhost' || boundTo === '::1' || boundTo.startsWith('127.');
  const names = isLoopback ? [...loopback, boundTo] : undefined;
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'Content-Security-Policy': "default-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
      'X-Content-Type-Options': 'nosniff',
    });
    if (!isFromHere(request, names)) return reply.code(403).send({ error: 'another site sent this' });
    return undefined;
  });
}

function isFromHere({ headers, url }: FastifyRequest, names: readonly string[] | undefined): boolean {
  const { host = '', origin } = headers;
  if (names !== undefined && !names.includes(host.replace(/:\d+$/, ''))) return false;
  if (origin !== undefined && origin.replace(/^https?:\/\//, '') !== host) return false;
  // Anybody may link to the page.
  const site = headers['sec-fetch-site'] ?? 'none';
  return url === '/' || site === 'none' || site === 'same-origin';
}
