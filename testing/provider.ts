import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Behaviour, Fault } from './behaviour.ts';
import type { Certificate } from './certificate.ts';
import type { Stream } from './memory-socket.ts';
import { ConversationSession } from './sessions/conversation-session.ts';
import { AgentSession, FluxSession, ListenSession, SpeakSession } from './sessions/deepgram-session.ts';
import { LiveSession } from './sessions/live-session.ts';
import { PipecatSession } from './sessions/pipecat-session.ts';
import type { ProviderSession } from './sessions/provider-session.ts';
import { RealtimeSession } from './sessions/realtime-session.ts';
import { RecognizerSession } from './sessions/recognizer-session.ts';
import { ScribeSession } from './sessions/scribe-session.ts';
import { FinalizeSession, TurnsSession } from './sessions/stt-session.ts';
import { RealtimeTranscriberSession, StreamingTranscriberSession } from './sessions/transcriber-session.ts';
import { TtsSession } from './sessions/tts-session.ts';
import type { SeenConnection, VoiceProvider } from './voice-provider.ts';

interface Accepted {
  readonly stream: Stream;
  readonly seen: SeenConnection;
  /** At the time at which it was accepted. */
  readonly behaviour: Behaviour;
  /** The faults that were inflicted during its handshake. Missing when that is over. */
  early?: Fault[] | undefined;
}

/** The provider's side of any number of connections, wherever they come from. */
export abstract class Provider implements VoiceProvider {
  abstract readonly url: string;
  behaviour: VoiceProvider['behaviour'];
  readonly seen: VoiceProvider['seen'];
  readonly #connections: SeenConnection[] = [];
  readonly #accepted = new Map<string, Accepted>();
  readonly #sessions = new Set<ProviderSession>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #webSockets = new WebSocketServer({ noServer: true, maxPayload: 256 * 1024 * 1024 });
  readonly #http;

  constructor(behaviour: VoiceProvider['behaviour'], tls?: Certificate) {
    this.behaviour = behaviour;
    this.#http = tls === undefined ? createHttpServer() : createHttpsServer(tls);
    this.#http.on('tlsClientError', () => {});
    this.#http.on('clientError', (_error, stream) => stream.destroy());
    this.#http.on('request', (_request, response) => response.writeHead(404).end('only WebSocket connections'));
    this.#http.on('upgrade', (request, stream: Stream, head) => this.#upgrade(request, stream, head));
    const connections = this.#connections;
    this.seen = {
      connections,
      get messages() {
        return connections.flatMap(({ messages }) => messages);
      },
      get upgrades() {
        return connections.filter(({ upgrade }) => upgrade !== undefined).length;
      },
    };
  }

  /** Stops taking new connections. Resolves when those that are open have closed. */
  protected abstract stop(): Promise<void>;

  /** @param stream is paused, and stays open when the other side ends its half */
  protected accept(stream: Stream): void {
    const seen: SeenConnection = {
      upgrade: undefined,
      frames: [],
      messages: [],
      close: undefined,
      chunks: 0,
      ended: false,
    };
    const behaviour = typeof this.behaviour === 'function' ? this.behaviour(this.#connections.length) : this.behaviour;
    this.#connections.push(seen);
    const name = nameOf(stream);
    this.#accepted.set(name, { stream, seen, behaviour, early: [] });
    stream.on('error', () => {});
    stream.on('close', () => {
      seen.ended = true;
      this.#accepted.delete(name);
    });
    if (behaviour.greeting === 'reset') return void stream.resetAndDestroy();
    if (behaviour.greeting === 'tcp-silence') return;
    stream.allowHalfOpen = false;
    stream.resume();
    if (behaviour.greeting !== 'tls-stall') this.#http.emit('connection', stream);
  }

  #upgrade(request: IncomingMessage, stream: Stream, head: Buffer): void {
    const accepted = this.#accepted.get(nameOf(request.socket));
    if (accepted === undefined) return void stream.destroy();
    stream.on('error', () => {});
    const { greeting, upgradeDelay = 0 } = accepted.behaviour;
    // From here on a session decides about the end of its connection.
    accepted.stream.allowHalfOpen = request.socket.allowHalfOpen = greeting !== 'upgrade-stall';
    accepted.seen.upgrade = { url: request.url ?? '', headers: { ...request.headers } };
    if (greeting === 'upgrade-stall') return;
    if (greeting === 'upgrade-401') {
      return void stream.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    }
    const answer = () =>
      this.#webSockets.handleUpgrade(request, stream, head, (ws) => this.#begin(ws, request, accepted));
    if (upgradeDelay > 0) this.#timers.add(setTimeout(answer, upgradeDelay));
    else answer();
  }

  #begin(ws: WebSocket, { socket, url = '' }: IncomingMessage, accepted: Accepted): void {
    const { stream, seen, behaviour, early = [] } = accepted;
    accepted.early = undefined;
    const now = () => (typeof this.behaviour === 'function' ? behaviour : this.behaviour);
    const session = new (sessionFor(url))(ws, socket, stream, now, seen);
    this.#sessions.add(session);
    ws.on('close', () => this.#sessions.delete(session));
    for (const fault of early) session.inflict(fault);
  }

  // Functions and not methods, so that tests can take them out of the object.

  readonly inflict = (fault: Fault): void => {
    if (this.#connections.length === 0) {
      throw new Error('inflict(): no connection has come yet. Set `behaviour.fault` for those that will come');
    }
    for (const session of this.#sessions) session.inflict(fault);
    for (const { stream, early } of this.#accepted.values()) {
      if (early === undefined) continue;
      if (fault.kind === 'reset') stream.resetAndDestroy();
      else if (fault.kind === 'fin') stream.destroy();
      else early.push(fault);
    }
  };

  readonly close = (): Promise<void> => {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const session of this.#sessions) session.stop();
    const stopped = this.stop();
    for (const { stream } of this.#accepted.values()) stream.destroy();
    this.#webSockets.close();
    return stopped;
  };

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

type Session = new (...connection: ConstructorParameters<typeof ProviderSession>) => ProviderSession;

/** The protocols by the paths of their addresses. TTS has any other path. */
const protocols: readonly [path: RegExp, Session][] = [
  [/\/pipecat\b/, PipecatSession],
  [/^\/v3\/ws\b/, StreamingTranscriberSession],
  [/^\/v2\/realtime\/ws\b/, RealtimeTranscriberSession],
  [/^\/v1\/speech-to-text\/realtime\b/, ScribeSession],
  [/^\/v1\/convai\/conversation\b/, ConversationSession],
  [/^\/v2\/?(\?|$)/, RecognizerSession],
  [/\bBidiGenerate/, LiveSession],
  [/\/(realtime|responses)\b/, RealtimeSession],
  [/\/v1\/listen\b/, ListenSession],
  [/\/v2\/listen\b/, FluxSession],
  [/\/v[12]\/speak\b/, SpeakSession],
  [/^\/(v1\/agent\/converse|agent)\b/, AgentSession],
  [/\/stt\/turns\//, TurnsSession],
  [/\/stt\//, FinalizeSession],
];

function sessionFor(url: string): Session {
  return protocols.find(([path]) => path.test(url))?.[1] ?? TtsSession;
}

const nameOf = ({ remoteAddress, remotePort }: Pick<Stream, 'remoteAddress' | 'remotePort'>) =>
  `${remoteAddress}:${remotePort}`;
