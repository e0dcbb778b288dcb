import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { Disconnectable } from '../../../core/disconnectable.ts';
import { overlay } from '../../../overlays/google-genai/index.ts';
import { loadModule } from '../../support/cells.ts';
import { isOverlaid } from '../../support/sdk.ts';
import { staysOpen } from '../defects.ts';
import { type DialOptions, type Driver, drops, type Line, passing, type SocketCell, type Stream } from '../driver.ts';
import type { Bare } from '../play.ts';
import { apiKey, hasHangup } from '../stage.ts';

/** A message of the model. */
export interface LiveMessage {
  setupComplete?: object;
  serverContent?: { modelTurn?: object; turnComplete?: boolean; audioChunks?: object[] };
}

export interface Callbacks {
  onopen?: (() => void) | null;
  onmessage(message: LiveMessage): void;
  onerror?: ((event: { message: string; error?: unknown }) => void) | null;
  onclose?: ((event: { code: number; reason: string }) => void) | null;
}

interface Conn {
  ws?: WebSocket;
}

/** `Session` of the Live API. */
export interface Session extends Disconnectable {
  readonly conn: Conn;
  sendClientContent(content: object): void;
  sendRealtimeInput(input: object): void;
  sendToolResponse(response: object): void;
  /** From 2.32 on. */
  sendContextUpdate?(update: object): void;
  close(): unknown;
}

/** `LiveMusicSession`. */
export interface MusicSession extends Disconnectable {
  readonly conn: Conn;
  play(): void;
  setWeightedPrompts(prompts: object): Promise<void>;
  close(): unknown;
}

interface Connector<S> {
  webSocketFactory: { create(...args: unknown[]): Conn };
  connect(params: { model: string; callbacks?: Callbacks; config?: object }): Promise<S>;
}

export interface GenAI extends Disconnectable {
  readonly live: Connector<Session> & { music?: Connector<MusicSession> };
  readonly files: { get(params: object): Promise<unknown> };
  readonly models: {
    generateContent(params: object): Promise<unknown>;
    generateContentStream(params: object): Promise<AsyncIterable<unknown>>;
  };
}
export type GenAIClass = new (options: object) => GenAI;

export interface GenAISdk {
  GoogleGenAI: GenAIClass;
  Session: new (...args: unknown[]) => Session;
}

const content = { turns: 'hello' };
const functionResponses = { id: '1', name: 'a-function', response: {} };

/** `connect()` waits until the provider says that the session is set up. A version of 0.x or 1.x waits for the handshake only. */
export const waitsForSetup = ({ version }: Pick<SocketCell, 'version'>): boolean => !/^[01]\./.test(version);
/** A `connect()` that fails rejects. */
export const rejects = ({ version }: Pick<SocketCell, 'version'>): boolean => /^3\./.test(version);

export const loadGenAI = (cell: SocketCell): Promise<GenAISdk> => loadModule<GenAISdk>(cell, 'dist/node/index');

/** Makes a client, overlaid where the delivery says so. */
export function makeClient(sdk: GenAISdk, { delivery }: Pick<SocketCell, 'delivery'>, baseUrl: string): GenAI {
  const client = new sdk.GoogleGenAI({ apiKey, httpOptions: { baseUrl } });
  if (isOverlaid(delivery)) overlay(client);
  return client;
}

/** Keeps the sockets that a client opens: until there is a session, nobody else knows them. */
export function socketsOf({ live }: GenAI): () => WebSocket[] {
  const conns: Conn[] = [];
  for (const { webSocketFactory: factory } of [live, live.music ?? live]) {
    const { create } = factory;
    if (Object.hasOwn(factory, 'create')) continue;
    factory.create = (...args) => {
      const conn = create.apply(factory, args);
      conns.push(conn);
      return conn;
    };
  }
  return () => conns.flatMap(({ ws }) => ws ?? []);
}

/** The behaviour of the bare SDK in every scenario that it does not play as others do. */
function bare(): Driver['bare'] {
  const unreadable: Bare = { crashes: /in JSON|Unexpected token|Cannot set property/ };
  const unsettled: Bare = { fails: /^connect\(\): not within/ };
  const unlessRejects = (otherwise: Bare) => (cell: SocketCell) => (rejects(cell) ? 'passes' : otherwise);
  const stalls = ['tcp-silence', 'tls-stall', 'upgrade-stall'];
  return {
    // The callback for the end tells of every drop.
    ...passing(...drops),
    'frame-malformed-json': unreadable,
    'frame-a-binary-frame': unreadable,
    // 0.x copies the keys that it knows.
    'look-alike-frames': (cell) => (cell.version.startsWith('0.') ? 'passes' : unreadable),
    ...Object.fromEntries(
      ['disconnect', 'force'].flatMap((how) =>
        stalls.map((greeting) => [`${how}-while-connecting-${greeting}`, unsettled]),
      ),
    ),
    'disconnect-in-the-tick-of-connect': { fails: /^connect\(\) did not fail/ },
    'force-in-the-tick-of-connect': { fails: /^connect\(\) did not fail/ },
    'own-close-while-connecting': staysOpen,
    'connect-a-401': unlessRejects(unsettled),
    'connect-a-reset': unlessRejects(unsettled),
    'connect-refused': unlessRejects(unsettled),
    'failed-attempt-unawaited': 'passes',
  };
}

/** `Session`: it comes when the connection is open. Until then, its client ends it. */
export const live: Driver = {
  classNames: ['Session'],
  tls: true,
  traits: { reconnects: false, reopens: undefined, told: 'closes', closesOnErrors: true },
  isHello: ({ setup }) => setup !== undefined,
  listeners: ['message'],
  badFrames: {
    'a key that is a getter of the SDK': '{"text":"hello"}',
    'another one': '{"data":"AAAA","serverContent":{}}',
  },
  bare: bare(),
  async load(cell) {
    const sdk = await loadGenAI(cell);
    return (server, options = {}) => {
      const client = makeClient(sdk, cell, server.url);
      if (options.overlay !== undefined && hasHangup(client)) overlay(client, options.overlay);
      return new LiveLine(client, options);
    };
  },
};

class LiveLine implements Line {
  readonly opened: Promise<unknown>;
  readonly heard: unknown[] = [];
  readonly calls: Line['calls'];
  readonly cancels = {};
  readonly #sockets: () => WebSocket[];
  readonly #listeners = new Set<(message: LiveMessage) => void>();
  #session: Session | undefined;
  #isPending = true;

  constructor(
    private readonly client: GenAI,
    { listen = true }: DialOptions,
  ) {
    this.#sockets = socketsOf(client);
    const onmessage = (message: LiveMessage) => {
      for (const listener of [...this.#listeners]) listener(message);
    };
    const callbacks: Callbacks = { onmessage, ...(listen && { onerror: (event) => this.heard.push(event) }) };
    const opened = client.live.connect({ model: 'a-model', callbacks }).then((session) => {
      this.#session = session;
    });
    const settle = () => {
      this.#isPending = false;
    };
    opened.then(settle, settle);
    this.opened = opened;
    this.calls = {
      'sendClientContent()': () => this.#open.sendClientContent(content),
      'sendRealtimeInput()': () => this.post(64),
      'sendToolResponse()': () => this.#open.sendToolResponse({ functionResponses }),
      'sendContextUpdate()': () =>
        (this.#open.sendContextUpdate ?? this.#open.sendClientContent).call(this.#open, content),
    };
  }

  get target(): Disconnectable {
    return this.#session ?? this.client;
  }

  get closed(): boolean {
    const sockets = this.#sockets();
    // A version of the SDK leaves the promise pending for ever when its socket has closed.
    if (this.#isPending && sockets.length === 0) return false;
    return sockets.every((socket) => socket.readyState === socket.CLOSED);
  }

  get buffered(): number {
    return this.#sockets().at(-1)?.bufferedAmount ?? 0;
  }

  get #open(): Session {
    if (this.#session === undefined) throw new Error('the SDK has made no session yet');
    return this.#session;
  }

  speak(): Stream {
    const stream = { arrived: 0, ended: this.#converse(() => stream.arrived++) };
    return stream;
  }

  post(bytes: number): void {
    this.#open.sendRealtimeInput({ media: { data: 'A'.repeat(bytes), mimeType: 'audio/pcm' } });
  }

  close(): unknown {
    // Before there is a session, the SDK has nothing that ends the attempt.
    return this.#session === undefined ? this.client.disconnect?.() : this.#session.close();
  }

  reconnect(): Promise<unknown> {
    return Promise.reject(new Error('a session does not open again'));
  }

  on(_what: 'message' | 'error', listener: (message?: unknown) => void): void {
    this.#listeners.add(listener);
  }

  destroy(): void {
    for (const socket of this.#sockets()) {
      socket.on('error', () => {});
      socket.terminate();
    }
  }

  /** Asks, and listens until the turn of the model is over, or the socket is gone. */
  async #converse(onArrival: () => void): Promise<Error | undefined> {
    await undefined;
    let isOver = false;
    const listener = ({ serverContent }: LiveMessage) => {
      if (serverContent?.turnComplete) isOver = true;
      else if (serverContent?.modelTurn !== undefined) onArrival();
    };
    this.#listeners.add(listener);
    try {
      this.#open.sendClientContent(content);
      while (!isOver && this.#open.conn.ws?.readyState !== 3) await sleep(2);
      return undefined;
    } catch (error) {
      return error as Error;
    } finally {
      this.#listeners.delete(listener);
    }
  }
}
