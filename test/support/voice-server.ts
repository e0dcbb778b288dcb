/**
 * A real WebSocket server on 127.0.0.1 that speaks Cartesia's protocols and fails on command, at every layer. With TLS,
 * unless `{ tls: false }` says otherwise: some SDK versions take no certificate, others no plain URL.
 *
 * ```ts
 * const server = await startVoiceServer({ chunks: Infinity, fault: { kind: 'reset' }, faultAfter: 3 });
 * const client = new Cartesia({ baseURL: server.url, apiKey });
 * const ws = await client.tts.websocket({ ca: server.ca }); // or NODE_EXTRA_CA_CERTS=server.caFile for a child process
 * server.behaviour = { chunks: 1 };                        // from now on
 * server.inflict({ kind: 'close', code: 1000 });           // now, on every open connection
 * server.seen.connections.length;                          // "no second connection"
 * await server.close();                                    // ends everything, within a second
 * ```
 */
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { certificate } from './certificate.ts';
import { listen } from './ports.ts';
import type { ProviderSession, SeenConnection } from './provider-session.ts';
import { FinalizeSession, TurnsSession } from './stt-session.ts';
import type { Behaviour, Fault } from './voice-behaviour.ts';
import { VoiceSession } from './voice-session.ts';

export type { SeenConnection } from './provider-session.ts';
export type { Behaviour, Fault, Greeting } from './voice-behaviour.ts';
export { reservedOpcodeFrame } from './voice-behaviour.ts';

export interface VoiceServer {
  /** `https://127.0.0.1:<port>`, or `http:` without TLS: the `baseURL` of the SDK's client. */
  readonly url: string;
  readonly port: number;
  /** PEM of the certificate, for `websocket({ ca })`. */
  readonly ca: string;
  /** The same in a file, for `NODE_EXTRA_CA_CERTS`. */
  readonly caFile: string;
  /** An object may be replaced at any time. A function is asked at each TCP connection; it gets the number of those before. */
  behaviour: Behaviour | ((connection: number) => Behaviour);
  readonly seen: Seen;
  /** Inflicts a fault now, on every open WebSocket connection. */
  inflict(fault: Fault): void;
  close(): Promise<void>;
}

export interface Seen {
  /** One entry per TCP connection, in order. */
  readonly connections: readonly SeenConnection[];
  /** Messages of all connections. */
  readonly messages: Record<string, unknown>[];
  /** Connections that sent an upgrade request. */
  readonly upgrades: number;
}

/** The protocol of the provider: TTS by contexts, STT by turns, or the older STT. */
export type Protocol = keyof typeof protocols;

const protocols = { tts: VoiceSession, 'stt-turns': TurnsSession, stt: FinalizeSession } as const;

export interface ServerOptions {
  /** Default `tts`. */
  protocol?: Protocol;
  /** `false`: plain TCP, where `tls-stall` reads and never answers. Default `true`. */
  tls?: boolean;
}

export async function startVoiceServer(
  behaviour: VoiceServer['behaviour'] = {},
  { tls = true, protocol = 'tts' }: ServerOptions = {},
): Promise<VoiceServer> {
  const { key, cert, caFile } = await certificate();
  const connections: SeenConnection[] = [];
  const sockets = new Set<Socket>();
  const sessions = new Set<ProviderSession>();
  const timers = new Set<NodeJS.Timeout>();
  const accepted = new Map<string, { seen: SeenConnection; tcp: Socket; behaviour: Behaviour }>();

  const webSockets = new WebSocketServer({ noServer: true, maxPayload: 256 * 1024 * 1024 });
  const http = tls ? createHttpsServer({ key, cert }) : createHttpServer();
  http.on('tlsClientError', () => {});
  http.on('clientError', (_error, socket) => socket.destroy());
  http.on('upgrade', (request, socket, head) => {
    const entry = accepted.get(peer(request.socket));
    if (entry === undefined) return void socket.destroy();
    socket.on('error', () => {});
    // From here on a session decides about the end of its TCP connection.
    entry.tcp.allowHalfOpen = request.socket.allowHalfOpen = entry.behaviour.greeting !== 'upgrade-stall';
    entry.seen.upgrade = { url: request.url ?? '', headers: { ...request.headers } };
    const { greeting, upgradeDelay = 0 } = entry.behaviour;
    if (greeting === 'upgrade-stall') return;
    if (greeting === 'upgrade-401') {
      return void socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    }
    const answer = () =>
      webSockets.handleUpgrade(request, socket, head, (ws) => {
        const current = () => (typeof server.behaviour === 'function' ? entry.behaviour : server.behaviour);
        const session = new protocols[protocol](ws, request.socket, entry.tcp, current, entry.seen);
        sessions.add(session);
        ws.on('close', () => sessions.delete(session));
      });
    if (upgradeDelay > 0) timers.add(setTimeout(answer, upgradeDelay));
    else answer();
  });

  const tcp = createTcpServer({ pauseOnConnect: true, allowHalfOpen: true }, (socket) => {
    const now = typeof server.behaviour === 'function' ? server.behaviour(connections.length) : server.behaviour;
    const seen: SeenConnection = {
      upgrade: undefined,
      frames: [],
      messages: [],
      close: undefined,
      chunks: 0,
      ended: false,
    };
    connections.push(seen);
    sockets.add(socket);
    socket.on('error', () => {});
    const name = peer(socket);
    accepted.set(name, { seen, tcp: socket, behaviour: now });
    socket.on('close', () => {
      seen.ended = true;
      sockets.delete(socket);
      accepted.delete(name);
    });
    if (now.greeting === 'reset') return void socket.resetAndDestroy();
    if (now.greeting === 'tcp-silence') return;
    socket.allowHalfOpen = false;
    socket.resume();
    if (now.greeting !== 'tls-stall') http.emit('connection', socket);
  });
  const port = await listen(tcp);

  const server: VoiceServer = {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    ca: cert,
    caFile,
    behaviour,
    seen: {
      connections,
      get messages() {
        return connections.flatMap((connection) => connection.messages);
      },
      get upgrades() {
        return connections.filter((connection) => connection.upgrade !== undefined).length;
      },
    },
    inflict(fault) {
      for (const session of sessions) session.inflict(fault);
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
      for (const session of sessions) session.stop();
      for (const socket of sockets) socket.destroy();
      webSockets.close();
      return new Promise((resolve) => tcp.close(() => resolve()));
    },
  };
  return server;
}

/** A port of 127.0.0.1 on which nothing listens. A free one would not do: another test's server may get it meanwhile. */
export const closedPort = 1;

function peer(socket: Socket): string {
  return `${socket.remoteAddress}:${socket.remotePort}`;
}
