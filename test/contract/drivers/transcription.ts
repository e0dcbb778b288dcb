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

type Listener = (...args: unknown[]) => void;

/** `RealtimeConnection` of ElevenLabs. */
export interface Transcription extends Disconnectable {
  readonly websocket: WebSocket | null;
  setWebSocket(socket: WebSocket): void;
  setFfmpegProcess(process: object): void;
  on(event: string, listener: Listener): void;
  off(event: string, listener: Listener): void;
  send(audio: { audioBase64: string; commit?: boolean }): void;
  commit(): void;
  close(): unknown;
}
export type TranscriptionClass = new (sampleRate: number) => Transcription;

const audioBase64 = 'AAAA';
const unreadable: Bare = { crashes: /in JSON|Unexpected token|reading 'message_type'/ };

/** `RealtimeConnection`: it tells the listeners of an emitter. Its client keeps no certificate, so the driver opens the socket. */
export const transcription: Driver = {
  classNames: ['RealtimeConnection'],
  tls: true,
  traits: { reconnects: false, reopens: undefined, told: 'closes' },
  listeners: ['message', 'error'],
  badFrames: {
    'an error without a text': '{"message_type":"error","error":{"toString":1}}',
    'a type that is no text': '{"message_type":{"toString":1}}',
    'a transcript without a text': '{"message_type":"partial_transcript"}',
  },
  bare: {
    // The close event tells of every drop, and the error event of what the provider reports.
    ...passing(
      ...drops,
      ...errorEvents,
      // A reader of `opened` listens for errors.
      ...endsInTheTick,
      ...failedHandshakes,
    ),
    'own-close-while-connecting': { crashes: /closed before the connection was established/ },
    ...Object.fromEntries(['malformed-json', 'null', 'a-binary-frame'].map((id) => [`frame-${id}`, unreadable])),
  },
  async load(cell) {
    const Class = await loadTranscription(cell);
    return (server, options = {}) => {
      const ws = new Class(16_000);
      if (options.overlay !== undefined && hasHangup(ws)) overlay(ws, options.overlay);
      return new TranscriptionLine(ws, server, options);
    };
  },
};

async function loadTranscription(cell: SocketCell): Promise<TranscriptionClass> {
  const Class = await loadClass<TranscriptionClass>(cell);
  deliver(cell, Class);
  return Class;
}

/** Opens the socket of a connection as `ScribeRealtime.connect()` does. */
export function dial(ws: Transcription, { url, ca }: Pick<VoiceServer, 'url' | 'ca'>): void {
  const address = `${url.replace(/^http/, 'ws')}/v1/speech-to-text/realtime?model_id=a-model&commit_strategy=vad`;
  ws.setWebSocket(new WebSocket(address, { ca, headers: { 'xi-api-key': apiKey } }));
}

class TranscriptionLine implements Line {
  readonly heard: unknown[] = [];
  readonly calls: Line['calls'];
  readonly cancels = {};
  #opened: Promise<unknown> | undefined;

  constructor(
    readonly target: Transcription,
    server: Pick<VoiceServer, 'url' | 'ca'>,
    { listen = true }: DialOptions,
  ) {
    if (listen) target.on('error', (error) => this.heard.push(error));
    this.calls = {
      'send()': () => target.send({ audioBase64 }),
      'commit()': () => target.commit(),
    };
    dial(target, server);
  }

  /** A reader listens for errors. */
  get opened(): Promise<unknown> {
    this.#opened ??= untilOpen(this.target);
    this.#opened.catch(() => {});
    return this.#opened;
  }

  get #socket(): WebSocket {
    return this.target.websocket!;
  }

  get closed(): boolean {
    return this.#socket.readyState === WebSocket.CLOSED;
  }

  get buffered(): number {
    return this.#socket.bufferedAmount;
  }

  speak(): Stream {
    const stream = { arrived: 0, ended: transcribe(this.target, () => stream.arrived++) };
    return stream;
  }

  post(bytes: number): void {
    this.target.send({ audioBase64: 'A'.repeat(bytes) });
  }

  close(): unknown {
    return this.target.close();
  }

  reconnect(): Promise<unknown> {
    return Promise.reject(new Error('it connects once'));
  }

  on(what: 'message' | 'error', listener: Listener): void {
    this.target.on(what === 'message' ? 'partial_transcript' : 'error', listener);
  }

  destroy(): void {
    this.target.on('error', () => {});
    this.#socket.terminate();
  }
}

function untilOpen(ws: Transcription): Promise<void> {
  const socket = ws.websocket!;
  return new Promise((resolve, reject) => {
    const closed = () => reject(new Error('closed before it was open'));
    if (socket.readyState === WebSocket.OPEN) resolve();
    else if (socket.readyState === WebSocket.CLOSED) closed();
    ws.on('error', reject);
    ws.on('open', () => resolve());
    ws.on('close', () => setImmediate(closed));
  });
}

/** Sends audio, and listens until its transcript is committed, an error comes, or the socket is gone. */
async function transcribe(ws: Transcription, onArrival: () => void): Promise<Error | undefined> {
  await undefined;
  let end: { error?: Error } | undefined;
  const onCommitted = () => {
    end ??= {};
  };
  const onError = (error: unknown) => {
    // An error of the socket is followed by its close.
    if ((error as { message_type?: unknown }).message_type === 'error')
      end ??= { error: new Error('the provider reports an error') };
  };
  ws.on('partial_transcript', onArrival);
  ws.on('committed_transcript', onCommitted);
  ws.on('error', onError);
  try {
    ws.send({ audioBase64 });
    while (end === undefined && ws.websocket?.readyState !== WebSocket.CLOSED) await sleep(2);
    return end?.error;
  } catch (error) {
    return error as Error;
  } finally {
    ws.off('partial_transcript', onArrival);
    ws.off('committed_transcript', onCommitted);
    ws.off('error', onError);
  }
}
