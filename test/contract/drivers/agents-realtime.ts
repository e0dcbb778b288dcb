import { EventEmitter } from 'node:events';
import type { WebSocket } from 'ws';
import type { Disconnectable } from '../../../core/disconnectable.ts';
import { overlay } from '../../../overlays/agents-realtime/index.ts';
import type { OverlayOptions } from '../../../overlays/seams/overlay-options.ts';
import { deliver, loadModule } from '../../support/cells.ts';
import { isOverlaid } from '../../support/sdk.ts';
import {
  type Dial,
  type DialOptions,
  type Driver,
  type Line,
  passing,
  type SocketCell,
  type Stream,
} from '../driver.ts';
import type { Bare } from '../play.ts';
import { apiKey, hasHangup } from '../stage.ts';

/** An event of the provider. */
export interface Event {
  type?: unknown;
  response_id?: string;
  response?: { id: string; metadata?: { stream?: string } | null };
}
/** The event that a listener for errors gets. */
export interface Payload {
  error?: (Error & { code?: unknown }) | { error?: { message?: string; code?: string } };
}

interface Emitting {
  on(type: '*', listener: (event: Event) => void): unknown;
  on(type: 'error', listener: (payload: Payload) => void): unknown;
  on(type: 'connection_change', listener: (status: string) => void): unknown;
  off(type: string, listener: (event: never) => void): unknown;
}

/** The members that both classes have. */
export interface Connecting extends Disconnectable, Emitting {
  connect(options: object): Promise<unknown>;
  close(): unknown;
  sendMessage(message: string, otherEventData: object): void;
  sendAudio(audio: ArrayBuffer): void;
  addImage(image: string): void;
  interrupt(): void;
}
/** `OpenAIRealtimeWebSocket`. */
export interface Transport extends Connecting {
  readonly status: string;
  readonly connectionState: { websocket?: WebSocket };
  sendEvent(event: object): void;
  updateSessionConfig(config: object): void;
  requestResponse?(): void;
}
/** `RealtimeSession`. */
export interface Session extends Connecting {
  readonly transport: Transport;
}

export interface AgentsSdk {
  readonly OpenAIRealtimeWebSocket: new (options?: object) => Transport;
  readonly RealtimeSession: new (agent: object, options: object) => Session;
  readonly RealtimeAgent: new (options: object) => object;
}

export async function loadAgents(cell: SocketCell): Promise<AgentsSdk> {
  const sdk = await loadModule<AgentsSdk>(cell, 'dist/index');
  deliver(cell, sdk.OpenAIRealtimeWebSocket);
  return sdk;
}

/** The argument of `connect()`. The SDK takes no certificate. */
export const optionsFor = ({ url }: { url: string }) => ({
  apiKey,
  url: `${url.replace(/^http/, 'ws')}/v1/realtime?model=a-model`,
});

export interface MakeOptions {
  overlay?: OverlayOptions | undefined;
  /** Options of the transport. */
  transport?: object | undefined;
  /** The instructions of the agent of a session: a text, or a function that gets it. */
  instructions?: unknown;
}

/** Makes an object of the cell's class, which is overlaid where the delivery says so. */
export function make(cell: SocketCell, sdk: AgentsSdk, options: MakeOptions = {}): Connecting {
  const { OpenAIRealtimeWebSocket, RealtimeSession, RealtimeAgent } = sdk;
  const { instructions = 'Be brief.' } = options;
  const transport = new OpenAIRealtimeWebSocket(options.transport);
  const made =
    cell.target.className === 'OpenAIRealtimeWebSocket'
      ? transport
      : new RealtimeSession(new RealtimeAgent({ name: 'a', instructions }), { transport });
  if (isOverlaid(cell.delivery) || (options.overlay !== undefined && hasHangup(made))) overlay(made, options.overlay);
  return made;
}

export const transportOf = (made: Connecting): Transport => (made as Partial<Session>).transport ?? (made as Transport);

/** The bare SDK has mended this by itself: an attempt ends when it is told to, and errors harm nobody. */
export const isMended = ({ version }: Pick<SocketCell, 'version'>): boolean => version === '0.20.0';

/** The attempt ends. For a session it looks as if it had succeeded. Older versions dial. */
const inTheTick = (cell: SocketCell): Bare =>
  isMended(cell) && cell.target.className !== 'RealtimeSession' ? 'passes' : { fails: /^connect\(\) did not fail/ };

/** A handshake that fails, with nobody who listens for errors: connect() rejects with the event of the socket. */
const unheardHandshake = (cell: SocketCell): Bare => (isMended(cell) ? 'passes' : { crashes: /Unhandled error/ });
const handshakes = [
  ...['tcp-silence', 'tls-stall', 'upgrade-stall'].flatMap((stall) =>
    ['disconnect', 'force'].map((how) => `${how}-while-connecting-${stall}`),
  ),
  'own-close-while-connecting',
  ...['connect-a-401', 'connect-a-reset', 'connect-refused'],
];

const unparsed = (cell: SocketCell): Bare => (isMended(cell) ? 'passes' : { crashes: /in JSON|Unexpected token/ });

/** `OpenAIRealtimeWebSocket`, and `RealtimeSession` on it. */
export const agentsRealtime: Driver = {
  classNames: ['OpenAIRealtimeWebSocket', 'RealtimeSession'],
  tls: false,
  traits: { reconnects: false, reopens: true, told: 'errors', dialsLater: true },
  isHello: ({ type }) => type === 'session.update',
  listeners: ['message', 'error'],
  badFrames: {
    'an error of nothing': '{"type":"error","event_id":"e","error":null}',
  },
  bare: {
    // The error listener hears of an error event.
    ...passing('failed-attempt-unawaited', 'error-event-named', 'error-event-nameless'),
    ...Object.fromEntries(handshakes.map((id) => [id, unheardHandshake])),
    'disconnect-in-the-tick-of-connect': inTheTick,
    'force-in-the-tick-of-connect': inTheTick,
    ...Object.fromEntries(['malformed-json', 'a-binary-frame'].map((id) => [`frame-${id}`, unparsed])),
    // The error listener hears of the socket's own error, which has no close code.
    'a-frame-with-a-reserved-opcode-mid-stream': { fails: /another error: Error: Invalid WebSocket frame/ },
    'a-frame-of-120-mb-mid-stream': { fails: /another error: Error: Max payload size/ },
  },
  load,
};

async function load(cell: SocketCell): Promise<Dial> {
  const sdk = await loadAgents(cell);
  return (server, options = {}) => new AgentsLine(make(cell, sdk, options), optionsFor(server), options);
}

class AgentsLine implements Line {
  readonly opened: Promise<unknown>;
  readonly heard: unknown[] = [];
  readonly calls: Line['calls'];
  readonly cancels: Line['cancels'];
  readonly #transport: Transport;
  readonly #sockets = new Set<WebSocket>();
  /** Attempts: until they are over there may be no socket yet. */
  #pending = 0;

  constructor(
    readonly target: Connecting,
    private readonly options: object,
    { listen = true }: DialOptions,
  ) {
    const transport = transportOf(target);
    this.#transport = transport;
    transport.on('connection_change', () => this.#look());
    if (listen) target.on('error', ({ error }) => this.heard.push(error));
    this.calls = {
      'sendMessage()': () => target.sendMessage('hello', {}),
      'sendAudio()': () => target.sendAudio(new ArrayBuffer(64)),
      'addImage()': () => target.addImage('data:image/png;base64,AA=='),
      'sendEvent()': () => transport.sendEvent({ type: 'input_audio_buffer.clear' }),
      'updateSessionConfig()': () => transport.updateSessionConfig({}),
      ...(transport.requestResponse && { 'requestResponse()': () => transport.requestResponse!() }),
    };
    this.cancels = { 'interrupt()': () => target.interrupt() };
    this.opened = this.reconnect();
  }

  get closed(): boolean {
    return this.#pending === 0 && this.#look().every((socket) => socket.readyState === socket.CLOSED);
  }

  get buffered(): number {
    return this.#transport.connectionState.websocket?.bufferedAmount ?? 0;
  }

  speak(contextId: string): Stream {
    const stream = { arrived: 0, ended: this.#read(contextId, () => stream.arrived++) };
    return stream;
  }

  post(bytes: number): void {
    this.#transport.sendEvent({ type: 'input_audio_buffer.append', audio: 'A'.repeat(bytes) });
  }

  close(): unknown {
    return this.target.close();
  }

  reconnect(): Promise<unknown> {
    const opened = this.target.connect(this.options);
    const settle = () => {
      this.#pending--;
    };
    this.#pending++;
    opened.then(settle, settle);
    this.#look();
    return opened;
  }

  on(what: 'message' | 'error', listener: () => void): void {
    if (what === 'message') this.#transport.on('*', listener);
    else this.target.on('error', listener);
  }

  destroy(): void {
    // The SDK tells of it.
    this.target.on('error', () => {});
    for (const socket of this.#look()) {
      socket.on('error', () => {});
      socket.terminate();
    }
  }

  #look(): WebSocket[] {
    const { websocket } = this.#transport.connectionState;
    if (websocket !== undefined) this.#sockets.add(websocket);
    return [...this.#sockets];
  }

  /** Asks for a response beside the conversation, and listens until it is done, an error ends it, or the socket is gone. */
  async #read(name: string, onArrival: () => void): Promise<Error | undefined> {
    await undefined;
    const { websocket } = this.#transport.connectionState;
    const done = new EventEmitter();
    let id: string | undefined;
    const onEvent = ({ type, response, response_id }: Event) => {
      if (type === 'response.created' && response?.metadata?.stream === name) id ??= response.id;
      else if (type === 'response.output_audio.delta' && response_id === id) onArrival();
      else if (type === 'response.done' && response?.id === id) done.emit('end');
    };
    const onError = ({ error }: Payload) => {
      if (error instanceof Error) {
        if (error.code === 'ERR_STREAM_ENDED') done.emit('end', error);
      } else if (error?.error) done.emit('end', new Error(error.error.message));
    };
    const ending = new Promise<Error | undefined>((resolve) => {
      done.once('end', resolve);
      websocket?.once('close', () => setImmediate(resolve, undefined));
    });
    this.#transport.on('*', onEvent);
    this.target.on('error', onError);
    try {
      const response = { conversation: 'none', metadata: { stream: name } };
      this.#transport.sendEvent({ type: 'response.create', response });
      return await ending;
    } catch (error) {
      return error as Error;
    } finally {
      this.#transport.off('*', onEvent);
      this.target.off('error', onError);
    }
  }
}
