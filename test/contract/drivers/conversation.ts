import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Disconnectable } from '../../../core/disconnectable.ts';
import { overlay } from '../../../overlays/elevenlabs/index.ts';
import { deliver, loadClass } from '../../support/cells.ts';
import type { VoiceServer } from '../../support/voice-server.ts';
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

type Listener = (...args: unknown[]) => void;

/** `Conversation` of ElevenLabs. */
export interface Conversation extends Disconnectable {
  on(event: string, listener: Listener): this;
  startSession(): Promise<void>;
  endSession(): unknown;
  sendUserMessage(text: string): void;
  registerUserActivity(): void;
  sendContextualUpdate(text: string): void;
  sendMultimodalMessage?(message: object): void;
  isSessionActive(): boolean;
}
export type ConversationClass = new (options: object) => Conversation;

/** A message of the provider. */
interface Message {
  type?: unknown;
  client_error_event?: { message: string };
}

const closedEarly: Bare = { crashes: /closed before the connection was established/ };
const whileConnecting = [
  'own-close-while-connecting',
  ...['disconnect', 'force'].flatMap((how) => [
    ...['tcp-silence', 'tls-stall', 'upgrade-stall'].map((greeting) => `${how}-while-connecting-${greeting}`),
    `${how}-in-the-tick-of-connect`,
  ]),
];

/** `Conversation`: it tells its own listeners, and callbacks that its constructor takes. */
export const conversation: Driver = {
  classNames: ['Conversation'],
  tls: true,
  traits: { reconnects: false, reopens: false, told: 'closes' },
  isHello: ({ type }) => type === 'conversation_initiation_client_data',
  listeners: ['message'],
  badFrames: {
    'audio without a text': '{"type":"audio","audio_event":{"audio_base_64":{"toString":1},"event_id":"9"}}',
    'a response of nothing': '{"type":"agent_response"}',
    'a type that is no text': '{"type":{"toString":1}}',
  },
  bare: {
    // Its event tells of every drop.
    ...passing(...drops, ...errorEvents),
    // Without a listener, its `error` event is thrown in a handler of the socket, before it rejects.
    ...Object.fromEntries(whileConnecting.map((id) => [id, closedEarly])),
    'connect-a-401': { crashes: /Unexpected server response: 401/ },
    'connect-a-reset': { crashes: /ECONNRESET|socket hang up|before secure TLS/ },
    'connect-refused': { crashes: /ECONNREFUSED/ },
    'failed-attempt-unawaited': { crashes: /Unexpected server response: 401/ },
  },
  async load(cell) {
    const Class = await loadConversation(cell);
    return (server, options = {}) => new ConversationLine(Class, server, options);
  },
};

export async function loadConversation(cell: SocketCell): Promise<ConversationClass> {
  const Class = await loadClass<ConversationClass>(cell);
  deliver(cell, Class);
  return Class;
}

export const silence = { start() {}, stop() {}, output() {}, interrupt() {} };

class ConversationLine implements Line {
  readonly target: Conversation;
  readonly opened: Promise<unknown>;
  readonly heard: unknown[] = [];
  readonly calls: Line['calls'];
  readonly cancels = {};
  readonly #sockets: WebSocket[] = [];
  readonly #listeners = new Set<(message: Message) => void>();

  constructor(
    Class: ConversationClass,
    { url, ca }: Pick<VoiceServer, 'url' | 'ca'>,
    { listen = true, overlay: options }: DialOptions,
  ) {
    const create = (address: string, socketOptions: object) => {
      const socket = new WebSocket(`${url.replace(/^http/, 'ws')}${new URL(address).pathname}`, {
        ...socketOptions,
        ca,
      });
      this.#sockets.push(socket);
      return socket;
    };
    const target = new Class({
      client: { _options: { apiKey } },
      agentId: 'an-agent',
      requiresAuth: false,
      audioInterface: silence,
      webSocketFactory: { create },
      callbackMessageReceived: (message: Message) => {
        for (const listener of [...this.#listeners]) listener(message);
      },
    });
    this.target = target;
    if (options !== undefined && hasHangup(target)) overlay(target, options);
    if (listen) target.on('error', (error) => this.heard.push(error));
    this.calls = {
      'sendUserMessage()': () => target.sendUserMessage('hello'),
      'registerUserActivity()': () => target.registerUserActivity(),
      'sendContextualUpdate()': () => target.sendContextualUpdate('hello'),
      ...(target.sendMultimodalMessage && {
        'sendMultimodalMessage()': () => target.sendMultimodalMessage!({ text: 'hello' }),
      }),
    };
    this.opened = target.startSession();
  }

  get closed(): boolean {
    return this.#sockets.every((socket) => socket.readyState === WebSocket.CLOSED);
  }

  get buffered(): number {
    return this.#sockets.at(-1)?.bufferedAmount ?? 0;
  }

  speak(): Stream {
    const stream = { arrived: 0, ended: this.#converse(() => stream.arrived++) };
    return stream;
  }

  post(bytes: number): void {
    this.target.sendContextualUpdate('A'.repeat(bytes));
  }

  close(): unknown {
    return this.target.endSession();
  }

  reconnect(): Promise<unknown> {
    return this.target.startSession();
  }

  on(_what: 'message' | 'error', listener: Listener): void {
    this.#listeners.add(listener);
  }

  destroy(): void {
    this.target.on('error', () => {});
    this.opened.catch(() => {});
    for (const socket of this.#sockets) socket.terminate();
  }

  /** Says something, and listens until the agent has answered, an error comes, or the socket is gone. */
  async #converse(onArrival: () => void): Promise<Error | undefined> {
    await undefined;
    let end: { error?: Error } | undefined;
    const onMessage = ({ type, client_error_event }: Message) => {
      if (type === 'audio') onArrival();
      else if (type === 'agent_response_complete') end ??= {};
      else if (type === 'client_error') end ??= { error: new Error(client_error_event?.message) };
    };
    this.#listeners.add(onMessage);
    try {
      this.target.sendUserMessage('hello');
      while (end === undefined && !this.closed) await sleep(2);
      return end?.error;
    } catch (error) {
      return error as Error;
    } finally {
      this.#listeners.delete(onMessage);
    }
  }
}
