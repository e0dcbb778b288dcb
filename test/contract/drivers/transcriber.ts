import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { Disconnectable } from '../../../core/disconnectable.ts';
import { overlay } from '../../../overlays/assemblyai/index.ts';
import { deliver, loadClass } from '../../support/cells.ts';
import { silent, staysOpen } from '../defects.ts';
import {
  type DialOptions,
  type Driver,
  drops,
  errorEvents,
  type Line,
  passing,
  type SocketCell,
  type Stream,
} from '../driver.ts';
import type { Bare } from '../play.ts';
import { apiKey, hasHangup } from '../stage.ts';

type Listener = (message?: unknown, reason?: unknown) => void;

/** `StreamingTranscriber` or `RealtimeTranscriber`. */
export interface Transcriber extends Disconnectable {
  readonly socket: WebSocket | undefined;
  on(event: string, listener: Listener | undefined): void;
  connect(): Promise<unknown>;
  sendAudio(audio: Uint8Array, options?: { channel: string }): void;
  close(waitForSessionTermination?: boolean, terminationTimeout?: number): Promise<unknown>;
  // StreamingTranscriber.
  updateConfiguration?(config: object): void;
  forceEndpoint?(): void;
  keepAlive?(): void;
  // RealtimeTranscriber.
  forceEndUtterance?(): void;
}
export type TranscriberClass = new (params: object) => Transcriber;

/** The event of a transcript. */
export const eventOf = ({ target }: Pick<SocketCell, 'target'>) =>
  target.className === 'StreamingTranscriber' ? 'turn' : 'transcript';

interface Transcript {
  end_of_turn?: boolean;
  message_type?: string;
}

const audio = new Uint8Array(64);
/** The SDK's `close()` waits for the end of the session: longer by default than a scenario does. In ms. */
const closeLimit = 1500;

/** Says what the bare SDK of a cell has mended by itself. Versions of 4.x have two digits in the middle. */
export const mended = ({ version, target: { className } }: Pick<SocketCell, 'version' | 'target'>) => ({
  /** A `connect()` that fails rejects. */
  connect: version >= (className === 'RealtimeTranscriber' ? '4.41.5' : '4.35'),
  /** It connects by itself again after a failure. */
  retries: className === 'StreamingTranscriber' && version >= '4.35',
  /** `close()` waits 5 s at the most. */
  close: version >= '4.36.7',
  /** A `close()` during the handshake ends nothing else. */
  closeWhileConnecting: version >= '4.37',
});

/** Options of a new transcriber. @param params more of the SDK's own */
export function parametersFor({ url }: { url: string }, params: object = {}): object {
  const address = url.replace(/^http/, 'ws');
  return {
    apiKey,
    sampleRate: 16_000,
    websocketBaseUrl: `${address}/v3/ws`,
    realtimeUrl: `${address}/v2/realtime/ws`,
    // A promise of the contract: a connect that fails is not tried again. These have scenarios of their own.
    maxConnectionRetries: 0,
    // 1000 ms by default: too short for a busy machine.
    connectTimeout: 8000,
    ...params,
  };
}

export async function loadTranscriber(cell: SocketCell): Promise<TranscriberClass> {
  const Class = await loadClass<TranscriberClass>(cell);
  deliver(cell, Class);
  return Class;
}

/** The behaviour of the bare SDK in every scenario that it does not play as others do. */
function bare(): Driver['bare'] {
  const unreadable: Bare = { crashes: /in JSON|Unexpected token|Cannot use 'in' operator|convert object to primitive/ };
  const unsettled: Bare = { fails: /^connect\(\): not within/ };
  /** A socket that is closed during its handshake has no listener for its error. */
  const whileConnecting = (otherwise: Bare) => (cell: SocketCell) =>
    mended(cell).closeWhileConnecting ? otherwise : { crashes: /closed before the connection was established/ };
  const unlessConnectIs = (otherwise: Bare) => (cell: SocketCell) => (mended(cell).connect ? 'passes' : otherwise);
  /** It waits for a session that never ends. */
  const unlessCloseIs = (otherwise: Bare) => (cell: SocketCell) => (mended(cell).close ? 'passes' : otherwise);
  const stalls = ['tcp-silence', 'tls-stall', 'upgrade-stall'];
  return {
    // The close event tells of every drop, and the error event of what the provider reports.
    ...passing(...drops, ...errorEvents, 'drain-finishes-a-stream'),
    ...Object.fromEntries(
      ['malformed-json', 'null', 'a-json-number', 'a-json-string', 'a-binary-frame'].map((id) => [
        `frame-${id}`,
        unreadable,
      ]),
    ),
    'look-alike-frames': unreadable,
    'mid-stream': unlessCloseIs(silent),
    'in-a-message-listener': unlessCloseIs(silent),
    'in-a-message-listener-forced': unlessCloseIs(silent),
    'own-close-mid-stream': unlessCloseIs({ fails: /^close\(\): not within/ }),
    ...Object.fromEntries(
      ['disconnect', 'force'].flatMap((how) =>
        [...stalls.map((greeting) => `while-connecting-${greeting}`), 'in-the-tick-of-connect'].map((when) => [
          `${how}-${when}`,
          whileConnecting(unsettled),
        ]),
      ),
    ),
    'own-close-while-connecting': whileConnecting(staysOpen),
    'connect-a-401': unlessConnectIs(unsettled),
    'connect-a-reset': unlessConnectIs(unsettled),
    'connect-refused': unlessConnectIs(unsettled),
    'failed-attempt-unawaited': unlessConnectIs(staysOpen),
  };
}

/** The transcribers: one session, told to one listener for each event. */
export const transcriber: Driver = {
  classNames: ['StreamingTranscriber', 'RealtimeTranscriber'],
  tls: true,
  traits: { reconnects: false, reopens: true, told: 'closes', isSession: true },
  isFarewell: ({ type, terminate_session }) => type === 'Terminate' || terminate_session === true,
  listeners: ['message', 'error'],
  badFrames: {
    'an error without a text': '{"error":{"toString":1}}',
    'a date that is none': '{"message_type":"PartialTranscript","created":{"toString":1}}',
    'a warning without a text': '{"type":"Warning","warning":{"toString":1}}',
  },
  bare: bare(),
  async load(cell) {
    const Class = await loadTranscriber(cell);
    return (server, options = {}) => {
      const ws = new Class(parametersFor(server));
      if (options.overlay !== undefined && hasHangup(ws)) overlay(ws, options.overlay);
      return new TranscriberLine(ws, eventOf(cell), options);
    };
  },
};

class TranscriberLine implements Line {
  readonly opened: Promise<unknown>;
  readonly heard: unknown[] = [];
  readonly calls: Line['calls'];
  readonly cancels = {};
  readonly #sockets = new Set<WebSocket>();
  /** The SDK has room for one listener of each event. */
  readonly #listeners = { message: new Set<Listener>(), error: new Set<Listener>() };
  #hasErrorListener = false;
  /** Attempts: until they are over there may be no socket yet. */
  #pending = 0;

  constructor(
    readonly target: Transcriber,
    private readonly event: string,
    { listen = true }: DialOptions,
  ) {
    if (listen) this.on('error', (error) => this.heard.push(error));
    const calls = ['updateConfiguration', 'forceEndpoint', 'keepAlive', 'forceEndUtterance'] as const;
    const present = calls.filter((name) => name in target);
    this.calls = {
      'sendAudio()': () => target.sendAudio(audio),
      ...Object.fromEntries(present.map((name) => [`${name}()`, () => target[name]!({})])),
    };
    this.opened = this.reconnect();
  }

  get closed(): boolean {
    return this.#pending === 0 && this.#look().every((socket) => socket.readyState === socket.CLOSED);
  }

  get buffered(): number {
    return this.target.socket?.bufferedAmount ?? 0;
  }

  speak(): Stream {
    const stream = { arrived: 0, ended: this.#transcribe(() => stream.arrived++) };
    return stream;
  }

  post(bytes: number): void {
    this.target.sendAudio(new Uint8Array(bytes));
  }

  close(): unknown {
    return this.target.close(true, closeLimit);
  }

  reconnect(): Promise<unknown> {
    // The SDK forgets its listeners when it closes.
    this.#hasErrorListener = false;
    this.target.on(this.event, (message) => {
      for (const listener of [...this.#listeners.message]) listener(message);
    });
    this.#listenForErrors();
    const opened = this.target.connect();
    const settle = () => {
      this.#pending--;
    };
    this.#pending++;
    opened.then(settle, settle);
    this.#look();
    return opened;
  }

  on(what: 'message' | 'error', listener: Listener): void {
    this.#listeners[what].add(listener);
    this.#listenForErrors();
  }

  destroy(): void {
    for (const socket of this.#look()) {
      socket.on('error', () => {});
      socket.terminate();
    }
  }

  #listenForErrors(): void {
    if (this.#hasErrorListener || this.#listeners.error.size === 0) return;
    this.#hasErrorListener = true;
    this.target.on('error', (error) => {
      for (const listener of [...this.#listeners.error]) listener(error);
    });
  }

  #look(): WebSocket[] {
    if (this.target.socket !== undefined) this.#sockets.add(this.target.socket);
    return [...this.#sockets];
  }

  /** Sends audio, and listens until its turn is over, an error comes, or the socket is gone: its `close` event may be unheard. */
  async #transcribe(onArrival: () => void): Promise<Error | undefined> {
    await undefined;
    const { socket } = this.target;
    let end: { error?: Error } | undefined;
    const onMessage: Listener = (message) => {
      const { end_of_turn, message_type } = message as Transcript;
      if (end_of_turn || message_type === 'FinalTranscript') end ??= {};
      else onArrival();
    };
    const onError: Listener = (error) => {
      // The provider's own reports have a number, or no code. An error of the socket is followed by its close.
      if (typeof (error as { code?: unknown }).code !== 'string') end ??= { error: error as Error };
    };
    this.on('message', onMessage);
    this.on('error', onError);
    try {
      this.target.sendAudio(audio);
      while (end === undefined && socket?.readyState !== 3) await sleep(2);
      return end?.error;
    } catch (error) {
      return error as Error;
    } finally {
      this.#listeners.message.delete(onMessage);
      this.#listeners.error.delete(onError);
    }
  }
}
