import { WebSocket } from 'ws';
import type { Disconnectable } from '../../core/disconnectable.ts';
import type { VoiceServer } from './voice-server.ts';

/** The SDK's own reconnecting socket, as far as the tests look into it. */
export interface ReconnectingWebSocket {
  readonly readyState: number;
  _ws?: WebSocket;
  _options: { WebSocket?: unknown };
  _shouldReconnect: boolean;
  _closeCalled: boolean;
  _connectTimeout?: NodeJS.Timeout;
  /** 2.x only; partysocket is an EventTarget. */
  _listeners?: Record<'message' | 'close' | 'error', unknown[]>;
  close(): void;
}

export interface Source {
  readonly readIndex: number;
  read(into: Float32Array): Promise<number>;
  events(name: string): AsyncIterable<unknown>;
  once(name: string): Promise<unknown>;
  on(name: string, listener: (data: unknown) => void): unknown;
}

/** The result of the SDK's `send()`. */
export interface Speech {
  source: Source;
  events(name: string): AsyncIterableIterator<string>;
  once(name: string): Promise<unknown>;
  on(name: string, listener: (data: string) => void): unknown;
  stop?: () => void;
}

/** `Websocket` of 2.x or `WebSocket` of 1.x: the SDK's own members, and those that hangup adds. */
export interface Voice extends Disconnectable {
  socket?: ReconnectingWebSocket;
  connect(options?: object): Promise<{ on(name: string, listener: () => void): unknown }>;
  send(request: object, options?: { timeout?: number }): Speech | Promise<Speech>;
  continue?(request: object): unknown;
}

export interface Transcript {
  type: string;
  requestId: string;
  text?: string;
  message?: string;
}

/** `SttWebsocket` of 2.x. */
export interface Transcriber extends Disconnectable {
  socket?: ReconnectingWebSocket;
  connect(options?: object): Promise<void>;
  send(audio: Uint8Array): Promise<void>;
  finalize(): Promise<void>;
  done(): Promise<void>;
  onMessage(callback: (result: Transcript) => void): Promise<void>;
}

type Options = Record<string, unknown>;
export type VoiceClass = new (audio: Options, client: Options) => Voice;
export type TranscriberClass = new (audio: Options, client: Options) => Transcriber;

export const key = 'sk_car_TESTKEYdonotprint';
/** Samples of a chunk of the test server: 64 bytes of `pcm_f32le`, which every version speaks. */
export const chunkSamples = 16;

export const is1x = (version: string) => version.startsWith('1.');
/** Its calls connect when they have to. */
export const dialsByItself = (version: string) => /^2\.2\.[4-9]/.test(version);

export function newVoice(Class: VoiceClass, version: string, url: string): Voice {
  const client = is1x(version) ? { apiKey: key, baseUrl: url } : { apiKey: key, environment: url };
  return new Class({ sampleRate: 16_000, container: 'raw', encoding: 'pcm_f32le' }, client);
}

export function newTranscriber(Class: TranscriberClass, url: string): Transcriber {
  return new Class({ sampleRate: 16_000, encoding: 'pcm_s16le' }, { apiKey: key, environment: url });
}

/** A socket class that trusts the test server: the SDK hands no options on. */
export function socketClass(ca: string) {
  return class TrustingSocket extends WebSocket {
    constructor(url: string, protocols?: string) {
      super(url, protocols ?? [], { ca });
    }
  };
}

/** Begins to connect, the way users of this version do. */
export function connectVoice<V extends Voice | Transcriber>(
  voice: V,
  server: Pick<VoiceServer, 'ca'>,
  options: object = {},
): ReturnType<V['connect']> {
  const Socket = socketClass(server.ca);
  const connecting = voice.connect({ ...options, WebSocket: Socket });
  // Before 1.3.0 connect() takes no options, and on Node 20 there is no global WebSocket to polyfill for one test alone.
  if (voice.socket !== undefined) voice.socket._options.WebSocket ??= Socket;
  return connecting as ReturnType<V['connect']>;
}

/** The request for speech; 1.x and 2.x spell it differently. */
export function request(version: string, contextId?: string): object {
  // 1.0.0 listens for an id of its own, whatever it is asked for.
  if (/^1\.0\.0/.test(version)) return request1(undefined);
  return is1x(version)
    ? request1(contextId)
    : { modelId: 'sonic-2', voice, transcript, ...(contextId && { contextId }) };
}

const voice = { mode: 'id', id: 'a-voice' };
const transcript = 'hello';

function request1(contextId: string | undefined): object {
  return { model_id: 'sonic-2', voice, transcript, ...(contextId && { context_id: contextId }) };
}

/** Ends it without the SDK's help. */
export function destroy({ socket }: Voice | Transcriber): void {
  if (socket === undefined) return;
  socket._shouldReconnect = false;
  socket._closeCalled = true;
  clearTimeout(socket._connectTimeout);
  socket._ws?.addEventListener('error', () => {});
  // The native one has no `terminate()`. The server is gone in a moment.
  if (socket._ws?.terminate) socket._ws.terminate();
  else socket._ws?.close();
}
