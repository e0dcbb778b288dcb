import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { Disconnectable } from '../../../core/disconnectable.ts';
import { overlay } from '../../../overlays/speechmatics/index.ts';
import { deliver, loadClass } from '../../support/cells.ts';
import { silent, staysOpen } from '../defects.ts';
import {
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

export interface Message {
  message: string;
  type?: string;
  reason?: string;
}
type Received = Event & { data: Message };

/** `RealtimeClient`. */
export interface Recognizer extends Disconnectable, EventTarget {
  /** Private in the SDK's types. */
  readonly socket: WebSocket | undefined;
  timeout: number;
  start(jwt: string, config: object): Promise<unknown>;
  sendAudio(audio: Uint8Array): void;
  getSpeakers(options?: { timeout?: number }): Promise<unknown>;
  stopRecognition(options?: { noTimeout?: true }): Promise<unknown>;
  setRecognitionConfig(config: object): void;
  /** The SDK has it from 8.3 on. */
  forceEndOfUtterance?(): void;
}
export type RecognizerClass = new (options: object) => Recognizer;

export const config = { transcription_config: { language: 'en' } };
const audio = new Uint8Array(64);
/** The SDK's `stopRecognition()` waits for the end of the transcript: longer by default than a scenario does. In ms. */
const stopLimit = 1500;

export const optionsFor = ({ url }: { url: string }) => ({ url: `${url.replace(/^http/, 'ws')}/v2` });

export async function loadRecognizer(cell: SocketCell): Promise<RecognizerClass> {
  const Class = await loadClass<RecognizerClass>(cell);
  deliver(cell, Class);
  return Class;
}

/** Listens to the messages of the provider. @returns a function that stops it */
export function onMessage(ws: Recognizer, listener: (message: Message) => void): () => void {
  const heard = (event: Event) => listener((event as Received).data);
  ws.addEventListener('receiveMessage', heard);
  return () => ws.removeEventListener('receiveMessage', heard);
}

/** The behaviour of the bare SDK in every scenario that it does not play as others do. */
function bare(): Driver['bare'] {
  const unreadable: Bare = { crashes: /in JSON|Unexpected token/ };
  const unsettled: Bare = { fails: /^connect\(\): not within/ };
  const startsAnyway: Bare = { fails: /^connect\(\) did not fail/ };
  const stalls = ['tcp-silence', 'tls-stall', 'upgrade-stall'];
  return {
    // An event tells of every drop, and a message of what the provider reports.
    ...passing(...drops, ...errorEvents, 'drain-finishes-a-stream', ...failedHandshakes),
    'frame-malformed-json': unreadable,
    'frame-a-binary-frame': unreadable,
    // It waits for the end of a transcript that goes on.
    'mid-stream': silent,
    'in-a-message-listener': silent,
    'in-a-message-listener-forced': silent,
    'own-close-mid-stream': { fails: /^close\(\): not within/ },
    // Nothing of the SDK's ends an attempt.
    ...Object.fromEntries(
      ['disconnect', 'force'].flatMap((how) => [
        ...stalls.map((greeting) => [`${how}-while-connecting-${greeting}`, unsettled]),
        [`${how}-in-the-tick-of-connect`, startsAnyway],
      ]),
    ),
    'own-close-while-connecting': staysOpen,
  };
}

/** `RealtimeClient`: one recognition, told to the listeners of an `EventTarget`. */
export const recognizer: Driver = {
  classNames: ['RealtimeClient'],
  tls: true,
  traits: { reconnects: false, reopens: true, told: 'closes', isSession: true },
  isHello: ({ message }) => message === 'StartRecognition',
  listeners: ['message'],
  badFrames: { 'a message without a name': '{"message":null}', 'a number without a value': '{"message":"AudioAdded"}' },
  bare: bare(),
  async load(cell) {
    const Class = await loadRecognizer(cell);
    return (server, { overlay: options } = {}) => {
      const ws = new Class(optionsFor(server));
      if (options !== undefined && hasHangup(ws)) overlay(ws, options);
      return new RecognizerLine(ws);
    };
  },
};

class RecognizerLine implements Line {
  readonly opened: Promise<unknown>;
  readonly heard = [];
  readonly calls: Line['calls'];
  readonly cancels = {};
  readonly #sockets = new Set<WebSocket>();
  /** Attempts: until they are over there may be no socket yet. */
  #pending = 0;

  constructor(readonly target: Recognizer) {
    this.calls = {
      'sendAudio()': () => target.sendAudio(audio),
      'getSpeakers()': () => target.getSpeakers(),
      'setRecognitionConfig()': () => target.setRecognitionConfig({}),
      ...(target.forceEndOfUtterance && { 'forceEndOfUtterance()': () => target.forceEndOfUtterance!() }),
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

  /** An app whose transcript does not come in time has nothing to call but `disconnect()`. */
  async close(): Promise<unknown> {
    const ws = this.target;
    ws.timeout = stopLimit;
    const report = await ws.stopRecognition().catch(() => undefined);
    return report ?? (hasHangup(ws) ? ws.disconnect() : undefined);
  }

  reconnect(): Promise<unknown> {
    const opened = this.target.start(apiKey, config);
    const settle = () => {
      this.#pending--;
      this.#look();
    };
    this.#pending++;
    opened.then(settle, settle);
    this.#look();
    return opened;
  }

  on(what: 'message' | 'error', listener: () => void): void {
    if (what === 'message') onMessage(this.target, listener);
  }

  destroy(): void {
    for (const socket of this.#look()) {
      socket.on('error', () => {});
      socket.terminate();
    }
  }

  #look(): WebSocket[] {
    if (this.target.socket !== undefined) this.#sockets.add(this.target.socket);
    return [...this.#sockets];
  }

  /** Sends audio, and listens until its transcript is final, an error comes, or the socket is gone. */
  async #transcribe(onArrival: () => void): Promise<Error | undefined> {
    await undefined;
    const { socket } = this.target;
    let end: { error?: Error } | undefined;
    const stop = onMessage(this.target, ({ message, type }) => {
      if (message === 'AddPartialTranscript') onArrival();
      else if (message === 'AddTranscript') end ??= {};
      else if (message === 'Error') end ??= { error: new Error(type) };
    });
    try {
      this.target.sendAudio(audio);
      while (end === undefined && socket?.readyState !== 3) await sleep(2);
      return end?.error;
    } catch (error) {
      return error as Error;
    } finally {
      stop();
    }
  }
}
