import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { Disconnectable } from '../../../core/disconnectable.ts';
import { overlay } from '../../../overlays/deepgram/index.ts';
import { deliver, loadClass } from '../../support/cells.ts';
import {
  type Dial,
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
import { apiKey, hasHangup } from '../stage.ts';

type Listener = (event: unknown) => void;

/** The reconnecting socket inside. */
export interface Transport {
  readonly _ws?: WebSocket;
  readonly _options: { minReconnectionDelay?: number };
  /** A dial is under way, unless it was called off. */
  readonly _connectLock: boolean;
  readonly _closeCalled: boolean;
  _shouldReconnect: boolean;
}

/** A socket of 5.x: `await client.listen.v1.connect()` and its like. */
export interface StreamingSocket extends Disconnectable, AsyncIterable<unknown> {
  readonly socket: Transport;
  readonly readyState: number;
  on(event: 'open' | 'message' | 'close' | 'error', listener: Listener | undefined): void;
  connect(): StreamingSocket;
  waitForOpen(): Promise<unknown>;
  close(): unknown;
  sendMedia?(audio: Uint8Array): void;
  sendCloseStream?(message: object): void;
  sendText?(message: object): void;
  sendClose?(message: object): void;
}
type Methods = Record<string, (message: unknown) => unknown>;

interface Part {
  connect(args: object): Promise<StreamingSocket>;
}
type Api = Record<'v1' | 'v2', Part>;
export interface DeepgramClient extends Disconnectable {
  readonly listen: Api;
  readonly speak: Api;
  readonly agent: Api;
}
export type ClientClass = new (options: object) => DeepgramClient;

export function optionsFor({ url }: { url: string }): object {
  const address = url.replace(/^http/, 'ws');
  return { apiKey, environment: { base: url, production: address, agent: address } };
}

/** The part of a client that makes sockets of the class of a cell. */
export function partOf(client: DeepgramClient, { target: { opened } }: Pick<SocketCell, 'target'>): Part {
  const [, name, api] = /^client\.(\w+)\.(\w+)\./.exec(opened)!;
  return client[name as keyof DeepgramClient & ('listen' | 'speak' | 'agent')][api as keyof Api];
}

export async function loadClient(cell: SocketCell): Promise<ClientClass> {
  const className = 'CustomDeepgramClient';
  const Client = await loadClass<ClientClass>({ ...cell, target: { ...cell.target, className } });
  deliver(cell, Client);
  return Client;
}

/** The message of a class that is answered by a stream, and the messages of that. */
interface Protocol {
  speak(ws: StreamingSocket, bytes: number): void;
  isEnd(message: Message): boolean;
  isChunk(message: Message): boolean;
}
export interface Message {
  type?: unknown;
  is_final?: unknown;
  event?: unknown;
}
const isAudio = (message: unknown) => message instanceof Blob;
const send = (ws: StreamingSocket, name: string, message: unknown) => (ws as unknown as Methods)[name]!(message);
const media = (ws: StreamingSocket, bytes: number) => ws.sendMedia!(new Uint8Array(bytes));

export const protocols: Record<string, Protocol> = {
  WrappedListenV1Socket: {
    speak: media,
    isEnd: ({ is_final }) => is_final === true,
    isChunk: ({ type, is_final }) => type === 'Results' && is_final === false,
  },
  WrappedListenV2Socket: {
    speak: media,
    isEnd: ({ event }) => event === 'EndOfTurn',
    isChunk: ({ event }) => event === 'Update',
  },
  WrappedSpeakV1Socket: {
    speak: (ws, bytes) => send(ws, 'sendText', { type: 'Speak', text: 'x'.repeat(bytes) }),
    isEnd: ({ type }) => type === 'Flushed',
    isChunk: isAudio,
  },
  WrappedSpeakV2Socket: {
    speak: (ws, bytes) => send(ws, 'sendSpeak', { type: 'Speak', text: 'x'.repeat(bytes) }),
    isEnd: ({ type }) => type === 'Flushed',
    isChunk: isAudio,
  },
  WrappedAgentV1Socket: {
    speak: (ws, bytes) => send(ws, 'sendInjectUserMessage', { type: 'InjectUserMessage', content: 'x'.repeat(bytes) }),
    isEnd: ({ type }) => type === 'AgentAudioDone',
    isChunk: isAudio,
  },
};

/** The sockets of 5.x, each told to one listener for each event. */
export const streaming: Driver = {
  classNames: Object.keys(protocols),
  tls: false,
  traits: { reconnects: true, reopens: true, told: 'closes' },
  isFarewell: ({ type }) => type === 'CloseStream' || type === 'Close',
  // An error that the provider reports is a message.
  listeners: ['message'],
  badFrames: {
    'an error without a text': '{"type":"Error","description":{"toString":1}}',
    'results without a channel': '{"type":"Results","channel":null}',
  },
  bare: {
    // The close event tells of every drop. No message of the provider does harm.
    ...passing(...drops, ...errorEvents, ...failedHandshakes),
  },
  load,
};

interface Parts {
  Socket: new (args: { socket: Transport }) => StreamingSocket;
  Transport: new (args: object) => Transport;
  path: string;
  args: { options: object };
}

/** The classes that the SDK keeps to itself: it makes a socket when it has the key, and a line begins in its tick. */
async function partsOf(Client: ClientClass, cell: SocketCell): Promise<Parts> {
  const example = await partOf(new Client(optionsFor({ url: 'http://127.0.0.1:9' })), cell).connect({
    model: 'a-model',
  });
  const { _url, _options, _headers } = example.socket as unknown as {
    _url: string;
    _options: object;
    _headers: object;
  };
  const { pathname } = new URL(_url);
  // Among the options is the class of `ws`: by itself the transport takes Node's own WebSocket where there is one.
  const args = { protocols: [], headers: _headers, options: _options };
  const Socket = example.constructor as Parts['Socket'];
  return { Socket, Transport: example.socket.constructor as Parts['Transport'], path: pathname, args };
}

async function load(cell: SocketCell): Promise<Dial> {
  const Client = await loadClient(cell);
  const parts = await partsOf(Client, cell);
  return ({ url }, options = {}) => {
    const { Socket, Transport, path, args } = parts;
    const ws = new Socket({
      socket: new Transport({ ...args, options: { ...args.options }, url: `${url.replace(/^http/, 'ws')}${path}` }),
    });
    if (options.overlay !== undefined && hasHangup(ws)) overlay(ws, options.overlay);
    return new StreamingLine(ws, protocols[cell.target.className]!, options);
  };
}

class StreamingLine implements Line {
  readonly heard: unknown[] = [];
  readonly calls: Line['calls'];
  readonly cancels = {};
  readonly #sockets = new Set<WebSocket>();
  /** The SDK has room for one listener of each event. */
  readonly #listeners = new Set<Listener>();
  #opened: Promise<unknown> | undefined;

  constructor(
    readonly target: StreamingSocket,
    private readonly protocol: Protocol,
    { listen = true }: DialOptions,
  ) {
    if (listen) target.on('error', (error) => this.heard.push(error));
    target.on('message', (message) => {
      for (const listener of [...this.#listeners]) listener(message);
    });
    const names = Object.getOwnPropertyNames(Object.getPrototypeOf(Object.getPrototypeOf(target)));
    const senders = names.filter((name) => /^send(?!Binary$|Json$)/.test(name));
    this.calls = Object.fromEntries(
      senders.map((name) => [`${name}()`, () => send(target, name, name === 'sendMedia' ? new Uint8Array(64) : {})]),
    );
    target.connect();
  }

  get opened(): Promise<unknown> {
    this.#opened ??= this.#wait();
    return this.#opened;
  }

  get closed(): boolean {
    const sockets = this.#look();
    const { _connectLock, _closeCalled, _shouldReconnect } = this.target.socket;
    const isDialling = sockets.length === 0 && _connectLock && _shouldReconnect && !_closeCalled;
    return !isDialling && sockets.every((socket) => socket.readyState === socket.CLOSED);
  }

  get buffered(): number {
    return this.target.socket._ws?.bufferedAmount ?? 0;
  }

  speak(): Stream {
    const stream = { arrived: 0, ended: this.#read(() => stream.arrived++) };
    return stream;
  }

  post(bytes: number): void {
    this.protocol.speak(this.target, bytes);
  }

  close(): unknown {
    return this.target.close();
  }

  async reconnect(): Promise<unknown> {
    this.target.connect();
    return this.#wait();
  }

  async #wait(): Promise<unknown> {
    try {
      return await this.target.waitForOpen();
    } catch (error) {
      // The SDK rejects with an event.
      throw (error as { error?: unknown }).error ?? error;
    } finally {
      this.#look();
    }
  }

  on(_what: 'message' | 'error', listener: Listener): void {
    this.#listeners.add(listener);
  }

  destroy(): void {
    this.target.socket._shouldReconnect = false;
    for (const socket of this.#look()) {
      socket.on('error', () => {});
      socket.terminate();
    }
  }

  #look(): WebSocket[] {
    const { _ws } = this.target.socket;
    if (_ws !== undefined) this.#sockets.add(_ws);
    return [...this.#sockets];
  }

  /** Sends something, and listens until the answer is over, an error comes, or the socket is gone. */
  async #read(onArrival: () => void): Promise<Error | undefined> {
    await undefined;
    const { _ws } = this.target.socket;
    let end: { error?: Error } | undefined;
    const onMessage: Listener = (message) => {
      const one = (message ?? {}) as Message;
      if (one.type === 'Error') end ??= { error: new Error('the provider reports an error') };
      else if (this.protocol.isEnd(one)) end ??= {};
      else if (this.protocol.isChunk(one)) onArrival();
    };
    this.#listeners.add(onMessage);
    try {
      this.protocol.speak(this.target, 64);
      while (end === undefined && _ws?.readyState !== 3) await sleep(2);
      return end?.error;
    } catch (error) {
      return error as Error;
    } finally {
      this.#listeners.delete(onMessage);
    }
  }
}
