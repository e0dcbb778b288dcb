/**
 * A real HTTPS server on 127.0.0.1 that answers the provider's HTTP calls, and fails on command.
 *
 * ```ts
 * const server = await startHttpServer('stalled-body');
 * const client = new Cartesia({ baseURL: server.url, apiKey, fetchOptions: … });
 * server.answer = 'well';        // from now on
 * server.seen.requests.length;   // "never dials again"
 * await server.close();          // ends everything
 * ```
 */
import { createServer as createPlainServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { certificate } from './certificate.ts';
import { listen } from './ports.ts';

export type Answer =
  /** JSON, audio or server-sent events, as the request asks for. */
  | 'well'
  /** Reads and never answers: with TLS, the handshake stalls. */
  | 'silence'
  | 'no-headers'
  /** Headers and the first bytes; nothing follows. */
  | 'stalled-body'
  /** Headers after a while, and a body that comes in parts. */
  | 'slow'
  /** A body that goes on for ever. */
  | 'endless-body'
  /** 500 with a `Retry-After` of a minute. */
  | 'retry-later'
  /** 500 without advice: the SDK backs off as it likes. */
  | 'error';

export interface HttpServer {
  /** `https://127.0.0.1:<port>`, or `http:` */
  readonly url: string;
  readonly caFile: string;
  answer: Answer;
  readonly seen: {
    /** TCP connections. */
    connections: number;
    /** Connections that are open now. */
    readonly open: number;
    /** Method and path of each request that arrived whole. */
    readonly requests: string[];
    /** The URLs, headers and bodies of all requests. */
    readonly raw: string[];
  };
  close(): Promise<void>;
}

export async function startHttpServer(answer: Answer, { plain = false } = {}): Promise<HttpServer> {
  const { key, cert, caFile } = certificate();
  const sockets = new Set<Socket>();
  const timers = new Set<NodeJS.Timeout>();
  const listener: RequestListener = (request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('error', () => {});
    request.on('end', () => {
      server.seen.requests.push(`${request.method} ${request.url}`);
      server.seen.raw.push(`${request.url}\n${JSON.stringify(request.headers)}\n${Buffer.concat(parts)}`);
      reply(server.answer, request.url ?? '', response, timers);
    });
  };
  const http = plain ? createPlainServer(listener) : createTlsServer({ key, cert }, listener);
  http.on('tlsClientError', () => {});
  const tcp = createTcpServer({ pauseOnConnect: true }, (socket) => {
    server.seen.connections++;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    if (server.answer !== 'silence') http.emit('connection', socket);
    socket.resume();
  });
  const port = await listen(tcp);
  const server: HttpServer = {
    url: `${plain ? 'http' : 'https'}://127.0.0.1:${port}`,
    caFile,
    answer,
    seen: {
      connections: 0,
      get open() {
        return sockets.size;
      },
      requests: [],
      raw: [],
    },
    close() {
      for (const timer of timers) clearInterval(timer);
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => tcp.close(() => resolve()));
    },
  };
  return server;
}

const event = `event: chunk\ndata: ${JSON.stringify({ type: 'chunk', data: 'AAAA', done: false, status_code: 206, step_time: 1, context_id: 'a' })}\n\n`;
const lastEvent = `event: done\ndata: ${JSON.stringify({ type: 'done', done: true, status_code: 200, context_id: 'a' })}\n\n`;

const unnamed = 'data: {"candidates":[]}\n\n';

/** The provider's content, by path. */
function contentFor(path: string): { type: string; part: string; end: string } {
  // Google: its events have no names.
  if (path.includes('alt=sse')) return { type: 'text/event-stream', part: unnamed, end: unnamed };
  if (path.includes('sse')) return { type: 'text/event-stream', part: event, end: lastEvent };
  if (path.includes('bytes')) return { type: 'audio/wav', part: 'RIFF'.repeat(16), end: 'last' };
  return { type: 'application/json', part: '[', end: ']' };
}

function reply(answer: Answer, path: string, response: ServerResponse, timers: Set<NodeJS.Timeout>): void {
  const { type, part, end } = contentFor(path);
  response.on('error', () => {});
  if (answer === 'no-headers') return;
  if (answer === 'slow') {
    replySlowly(response, { type, parts: [part, type === 'application/json' ? ' ' : part, end] }, timers);
    return;
  }
  if (answer === 'retry-later' || answer === 'error') {
    response.writeHead(500, {
      'content-type': 'application/json',
      ...(answer === 'retry-later' && { 'retry-after': '50' }),
    });
    response.end('{"error":"injected"}');
    return;
  }
  response.writeHead(200, { 'content-type': type });
  response.write(part);
  if (answer === 'well') return void response.end(end);
  if (answer !== 'endless-body') return;
  const timer = setInterval(() => response.write(type === 'application/json' ? ' ' : part), 5);
  timers.add(timer);
  response.on('close', () => clearInterval(timer));
}

function replySlowly(
  response: ServerResponse,
  content: { type: string; parts: string[] },
  timers: Set<NodeJS.Timeout>,
) {
  const { type, parts } = content;
  const timer = setInterval(() => {
    if (!response.headersSent) response.writeHead(200, { 'content-type': type });
    else response.write(parts.shift());
    if (parts.length > 0) return;
    clearInterval(timer);
    response.end();
  }, 30);
  timers.add(timer);
  response.on('close', () => clearInterval(timer));
}
