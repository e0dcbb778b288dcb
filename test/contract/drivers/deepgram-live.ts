import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { Disconnectable, DisconnectOptions, DisconnectReport } from '../../../core/disconnectable.ts';
import { overlay } from '../../../overlays/deepgram/index.ts';
import { deliver, loadModule } from '../../support/cells.ts';
import { staysOpen } from '../defects.ts';
import {
  type DialOptions,
  type Driver,
  drops,
  errorEvents,
  failedHandshakes,
  type Line,
  passing,
  type SocketCell,
  type Stream,
} from '../driver.ts';
import type { Bare } from '../play.ts';
import { apiKey, hasHangup } from '../stage.ts';

type Listener = (event: unknown) => void;

/** A socket of `ws`, or of Node's own, which nothing can destroy. */
type Socket = WebSocket & { terminate?(): void };
/** A socket, or until the SDK has loaded `ws` an object that stands for one. */
type Conn = Socket | { readonly readyState: number; readonly addEventListener?: undefined };

export function endSocket(socket: Socket): void {
  socket.addEventListener('error', () => {});
  if (socket.terminate === undefined) socket.close();
  else socket.terminate();
}

/** `ListenLiveClient`, `SpeakLiveClient` or `AgentLiveClient` of 3.4 to 4.x. */
export interface Live extends Omit<Disconnectable, 'disconnect'> {
  readonly conn: Conn | null;
  readonly sendBuffer: readonly unknown[];
  on(event: string, listener: Listener): void;
  off(event: string, listener: Listener): void;
  send(data: unknown): void;
  reconnect(): void;
  /** Missing from `AgentLiveClient`. */
  requestClose?(): void;
  /** That of hangup, or with a code that of the SDK. */
  disconnect(how?: number | boolean | DisconnectOptions, reason?: string): Promise<DisconnectReport>;
}
type Methods = Record<string, (argument: object) => unknown>;
export interface LegacyClient extends Disconnectable {
  listen: { live(options: object): Live };
  speak: { live(options: object): Live };
  agent(): Live;
}

export function optionsFor({ url }: { url: string }): object {
  const websocket = { options: { url: url.replace(/^http/, 'ws') } };
  return { key: apiKey, global: { websocket, fetch: { options: { url } } }, agent: { websocket } };
}

/** The message of a class that is answered by a stream, and the events of that. */
interface Protocol {
  open(client: LegacyClient): Live;
  speak(ws: Live, bytes: number): void;
  /** The event of a part of the answer. */
  readonly chunk: string;
  /** The event of its end. */
  readonly end: string;
  /** The name of the event for errors. */
  readonly error: string;
  readonly close: string;
}
const json = (ws: Live, message: object) => ws.send(JSON.stringify(message));
const upper = { chunk: 'Audio', error: 'Error', close: 'Close' };

export const protocols: Readonly<Record<string, Protocol>> = {
  ListenLiveClient: {
    open: ({ listen }) => listen.live({ model: 'a-model' }),
    speak: (ws, bytes) => ws.send(new Uint8Array(bytes)),
    chunk: 'Results',
    end: 'Results',
    error: 'error',
    close: 'close',
  },
  SpeakLiveClient: {
    open: ({ speak }) => speak.live({ model: 'a-model' }),
    speak: (ws, bytes) => json(ws, { type: 'Speak', text: 'x'.repeat(bytes) }),
    end: 'Flushed',
    ...upper,
  },
  AgentLiveClient: {
    open: (client) => client.agent(),
    speak: (ws, bytes) => json(ws, { type: 'InjectUserMessage', content: 'x'.repeat(bytes) }),
    end: 'AgentAudioDone',
    ...upper,
  },
};

const isNative = 'WebSocket' in globalThis;
/** The SDK closes Node's own WebSocket in its handshake. This goes on then: in Node 24 it also dials a second time. */
const isDialled: Bare = {
  fails: /^the client to be CLOSED: not within|^connect\(\): not within|^the server has seen 2 connections/,
};

/** Makes clients for a server. */
export type MakeClient = (server: { url: string }, options?: object) => LegacyClient;

export async function loadLegacy(cell: SocketCell): Promise<MakeClient> {
  const module = await loadModule<Record<string, new (options: object) => LegacyClient>>(cell, 'dist/main/index');
  return (server, options = {}) => {
    const client = new module.DeepgramClient!({ ...optionsFor(server), ...options });
    // An app hands in its client alone.
    deliver(cell, client);
    return client;
  };
}

/** The behaviour of the bare SDK in every scenario that it does not play as others do. */
function bare(): Driver['bare'] {
  /** The event of `ListenLiveClient` for errors is one that nobody may leave unheard. */
  const unheard = (otherwise: Bare) => (cell: SocketCell) =>
    cell.target.className === 'ListenLiveClient' ? { crashes: /Unhandled error/ } : otherwise;
  return {
    // The close event tells of every drop, and the error event of a failed handshake.
    ...passing(...drops, ...errorEvents, ...failedHandshakes),
    ...Object.fromEntries(
      ['disconnect', 'force'].flatMap((how) => [
        // Where the SDK loads `ws`, the socket is dialled after its end.
        [`${how}-in-the-tick-of-connect`, isNative ? unheard(isDialled) : { fails: /^connect\(\) did not fail/ }],
        ...['tcp-silence', 'tls-stall', 'upgrade-stall'].map((stall) => [
          `${how}-while-connecting-${stall}`,
          isNative ? unheard(isDialled) : 'passes',
        ]),
      ]),
    ),
    ...Object.fromEntries(['malformed-json', 'null', 'a-binary-frame'].map((id) => [`frame-${id}`, unheard('passes')])),
    'own-close-while-connecting': unheard(isNative ? isDialled : 'passes'),
    // No close event follows a handshake that failed.
    ...(process.version.startsWith('v22.') && { 'failed-attempt-unawaited': staysOpen }),
  };
}

export const deepgramLive: Driver = {
  classNames: Object.keys(protocols),
  tls: false,
  // It loads `ws` where Node has no WebSocket.
  traits: { reconnects: false, reopens: true, told: 'closes', dialsLater: !isNative },
  isNative: () => isNative,
  takesHugeFrames: () => isNative,
  isFarewell: ({ type }) => type === 'CloseStream' || type === 'Close',
  // An error that the provider reports is a message.
  listeners: ['message'],
  badFrames: {
    'an error without a text': '{"type":"Error","description":{"toString":1}}',
    'a type that is no text': '{"type":{"toString":1}}',
  },
  bare: bare(),
  async load(cell) {
    const makeClient = await loadLegacy(cell);
    const protocol = protocols[cell.target.className]!;
    return (server, options = {}) => {
      const client = makeClient(server);
      if (options.overlay !== undefined && hasHangup(client)) overlay(client, options.overlay);
      return new LiveLine(protocol.open(client), protocol, options);
    };
  },
};

class LiveLine implements Line {
  readonly heard: unknown[] = [];
  readonly calls: Line['calls'];
  readonly cancels = {};
  readonly #sockets = new Set<WebSocket>();
  #opened: Promise<unknown> | undefined;

  constructor(
    private readonly ws: Live,
    private readonly protocol: Protocol,
    { listen = true }: DialOptions,
  ) {
    if (listen) ws.on(protocol.error, (error) => this.heard.push(error));
    const names = Object.getOwnPropertyNames(Object.getPrototypeOf(ws));
    const senders = names.filter((name) => !/^(constructor|setup|handle|configure)/.test(name));
    this.calls = {
      'send()': () => ws.send('{}'),
      ...Object.fromEntries(senders.map((name) => [`${name}()`, () => (ws as unknown as Methods)[name]!({})])),
    };
    void this.#watch();
  }

  get target(): Disconnectable {
    return this.ws as Disconnectable;
  }

  get opened(): Promise<unknown> {
    this.#opened ??= this.#wait();
    this.#opened.catch(() => {});
    return this.#opened;
  }

  get closed(): boolean {
    const { conn } = this.ws;
    const isLoading = conn !== null && conn.addEventListener === undefined;
    return !isLoading && this.#look().every((socket) => socket.readyState === socket.CLOSED);
  }

  get buffered(): number {
    return this.#look().at(-1)?.bufferedAmount ?? 0;
  }

  speak(): Stream {
    const stream = { arrived: 0, ended: this.#read(() => stream.arrived++) };
    return stream;
  }

  post(bytes: number): void {
    this.protocol.speak(this.ws, bytes);
  }

  close(): unknown {
    return this.ws.disconnect(1000);
  }

  reconnect(): Promise<unknown> {
    this.ws.reconnect();
    return this.#wait();
  }

  on(_what: 'message' | 'error', listener: Listener): void {
    this.ws.on(this.protocol.chunk, listener);
  }

  async destroy(): Promise<void> {
    await this.#watch();
    for (const socket of this.#look()) endSocket(socket);
  }

  /** The SDK loads `ws`, and shows the socket in one of the next microtasks. */
  async #watch(): Promise<void> {
    for (let n = 0; n < 20; n++) {
      this.#look();
      await undefined;
    }
  }

  #look(): WebSocket[] {
    const { conn } = this.ws;
    if (conn?.addEventListener !== undefined) this.#sockets.add(conn);
    return [...this.#sockets];
  }

  async #wait(): Promise<unknown> {
    let failure: unknown;
    const onError: Listener = (event) => {
      const { error } = event as { error?: { originalEvent?: { error?: unknown } } };
      failure ??= error?.originalEvent?.error ?? error ?? event;
    };
    this.ws.on(this.protocol.error, onError);
    try {
      await this.#watch();
      while (failure === undefined && !this.closed) {
        if (this.#look().at(-1)?.readyState === 1) return undefined;
        await sleep(2);
      }
      throw failure ?? new Error('closed before it was open');
    } finally {
      this.ws.off(this.protocol.error, onError);
    }
  }

  /** Sends something, and listens until the answer is over, an error comes, or the socket is gone. */
  async #read(onArrival: () => void): Promise<Error | undefined> {
    await undefined;
    const { ws, protocol } = this;
    let socket: WebSocket | undefined;
    const isGone = () => {
      socket ??= this.#look().at(-1);
      return socket === undefined ? ws.conn === null : socket.readyState === socket.CLOSED;
    };
    let end: { error?: Error } | undefined;
    const onChunk: Listener = (message) => {
      if ((message as { is_final?: unknown }).is_final === true) end ??= {};
      else onArrival();
    };
    const onEnd: Listener = () => {
      if (protocol.end !== protocol.chunk) end ??= {};
    };
    const onMessage: Listener = (message) => {
      if ((message as { type?: unknown }).type === 'Error')
        end ??= { error: new Error('the provider reports an error') };
    };
    const listeners: [event: string, listener: Listener][] = [
      [protocol.chunk, onChunk],
      [protocol.end, onEnd],
      ['Unhandled', onMessage],
      // The agent has an event of this name for it.
      ...(protocol.error === 'Error' ? ([['Error', onMessage]] as [string, Listener][]) : []),
    ];
    for (const [event, listener] of listeners) ws.on(event, listener);
    try {
      protocol.speak(ws, 64);
      while (end === undefined && !isGone()) await sleep(2);
      return end?.error;
    } catch (error) {
      return error as Error;
    } finally {
      for (const [event, listener] of listeners) ws.off(event, listener);
    }
  }
}
