import type { WebSocket } from 'ws';
import type { Disconnectable } from '../../../core/disconnectable.ts';
import { overlay, type RealtimeSession } from '../../../overlays/openai/index.ts';
import { deliver, loadClass, loadModule } from '../../support/cells.ts';
import {
  type Dial,
  type DialOptions,
  type Driver,
  endsInTheTick,
  errorEvents,
  failedHandshakes,
  type Line,
  passing,
  type SocketCell,
  type Stream,
} from '../driver.ts';
import type { Bare } from '../play.ts';
import { apiKey, hasHangup } from '../stage.ts';

/** An event of the provider, or the error that the SDK makes of one. */
interface Event {
  type?: unknown;
  response_id?: string;
  response?: { id: string; metadata?: { stream?: string } | null };
}
type RealtimeError = Error & { cause?: Error; error?: { code?: string } };

export interface Realtime extends Disconnectable, RealtimeSession {
  readonly socket: WebSocket;
  on(type: 'event', listener: (event: Event) => void): this;
  on(type: 'error', listener: (error: RealtimeError) => void): this;
  off(type: 'event' | 'error', listener: (event: never) => void): this;
  send(event: object): void;
  sendResponseCreate?(event: object): void;
  close(): unknown;
}
type Client = new (options: { baseURL: string; apiKey: string; maxRetries?: number }) => Disconnectable;
type RealtimeClass = new (props: object, client: object) => Realtime;

export interface RealtimeSdk {
  readonly OpenAI: Client;
  readonly OpenAIRealtimeWS: RealtimeClass;
}

/** From 7 on, it takes frames of any size, and refuses those that have no type. */
function isGuarded({ version }: SocketCell): boolean {
  return Number.parseInt(version, 10) >= 7;
}

const unreadable = (cell: SocketCell): Bare =>
  isGuarded(cell) ? 'passes' : { crashes: /filter is not a function|convert object to primitive/ };

/** `OpenAIRealtimeWS`. It dials in its constructor, and tells its listeners of errors. */
export const realtime: Driver = {
  classNames: ['OpenAIRealtimeWS'],
  tls: true,
  traits: { reconnects: false, reopens: undefined, told: 'errors' },
  isCancel: ({ type }) => type === 'response.cancel',
  listeners: ['message', 'error'],
  badFrames: {
    'type constructor': '{"type":"constructor"}',
    'a type that is no text': '{"type":{"toString":1}}',
    'an error of nothing': '{"type":"error","error":null}',
  },
  takesHugeFrames: isGuarded,
  bare: {
    // The error listener hears of a failed handshake, and of an error event.
    ...passing(...endsInTheTick, ...failedHandshakes, ...errorEvents),
    'own-close-while-connecting': { crashes: /closed before the connection was established/ },
    'frame-the-type-proto': unreadable,
    'look-alike-frames': unreadable,
  },
  load,
};

export async function loadRealtime(cell: SocketCell): Promise<RealtimeSdk> {
  const OpenAIRealtimeWS = await loadClass<RealtimeClass>(cell);
  const { OpenAI } = await loadModule<{ OpenAI: Client }>(cell, 'index');
  deliver(cell, OpenAIRealtimeWS);
  deliver(cell, OpenAI);
  return { OpenAI, OpenAIRealtimeWS };
}

async function load(cell: SocketCell): Promise<Dial> {
  const { OpenAI, OpenAIRealtimeWS } = await loadRealtime(cell);
  return ({ url, ca }, options = {}) => {
    const client = new OpenAI({ baseURL: url, apiKey });
    if (options.overlay !== undefined && hasHangup(client)) overlay(client, options.overlay);
    return lineOf(new OpenAIRealtimeWS({ model: 'a-model', options: { ca } }, client), options);
  };
}

function lineOf(ws: Realtime, { listen = true }: DialOptions): Line {
  const heard: unknown[] = [];
  let opened: Promise<unknown> | undefined;
  if (listen) ws.on('error', (error) => heard.push(error));
  return {
    target: ws,
    // A reader of `heard` listens for errors.
    get opened() {
      opened ??= untilOpen(ws);
      opened.catch(() => {});
      return opened;
    },
    get closed() {
      return ws.socket.readyState === ws.socket.CLOSED;
    },
    get buffered() {
      return ws.socket.bufferedAmount;
    },
    speak: (contextId) => read(ws, contextId),
    post: (bytes) => ws.send({ type: 'input_audio_buffer.append', audio: 'A'.repeat(bytes) }),
    close: () => ws.close(),
    calls: {
      'send()': () => ws.send({ type: 'input_audio_buffer.clear' }),
      ...(ws.sendResponseCreate && {
        'sendResponseCreate()': () => ws.sendResponseCreate!({ type: 'response.create' }),
      }),
      ...(hasHangup(ws) && {
        'createResponse()': () => ws.createResponse(),
        'setVoice()': () => ws.setVoice('cedar'),
      }),
    },
    cancels: hasHangup(ws) ? { 'cancelResponse()': () => ws.cancelResponse() } : {},
    reconnect: () => Promise.reject(new Error('it connects once')),
    on: (what, listener) => void (what === 'message' ? ws.on('event', listener) : ws.on('error', listener)),
    heard,
    destroy() {
      ws.socket.on('error', () => {});
      ws.socket.terminate();
    },
  };
}

function untilOpen(ws: Realtime): Promise<void> {
  const { socket } = ws;
  return new Promise((resolve, reject) => {
    const closed = () => reject(new Error('closed before it was open'));
    if (socket.readyState === socket.OPEN) resolve();
    else if (socket.readyState === socket.CLOSED) closed();
    // The SDK wraps an error of the socket, which is then the cause.
    ws.on('error', (error) => reject(error.cause ?? error));
    socket.on('open', resolve);
    socket.on('close', () => setImmediate(closed));
  });
}

/** The beta protocol has another name for it. */
const deltas: readonly unknown[] = ['response.output_audio.delta', 'response.audio.delta'];

/** Asks for a response beside the conversation, and listens until it is done, an error ends it, or the socket is gone. */
function read(ws: Realtime, name: string): Stream {
  const stream = { arrived: 0, ended: run() };
  return stream;

  async function run(): Promise<Error | undefined> {
    await undefined;
    let id: string | undefined;
    const ending = new Promise<Error | undefined>((resolve) => {
      ws.on('event', ({ type, response, response_id }) => {
        if (type === 'response.created' && response?.metadata?.stream === name) id ??= response.id;
        else if (deltas.includes(type) && response_id === id) stream.arrived++;
        else if (type === 'response.done' && response?.id === id) resolve(undefined);
      });
      ws.on('error', (error) => {
        const { cause } = error;
        if (error.error !== undefined) resolve(error);
        else if ((cause as { code?: unknown } | undefined)?.code === 'ERR_STREAM_ENDED') resolve(cause);
      });
      ws.socket.on('close', () => setImmediate(resolve, undefined));
    });
    try {
      ws.send({ type: 'response.create', response: { conversation: 'none', metadata: { stream: name } } });
      return await ending;
    } catch (error) {
      return error as Error;
    }
  }
}
