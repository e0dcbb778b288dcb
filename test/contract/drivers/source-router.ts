import type { WebSocket } from 'ws';
import type { Disconnectable } from '../../../core/disconnectable.ts';
import { overlay } from '../../../overlays/cartesia/index.ts';
import { deliver, loadClass } from '../../support/cells.ts';
import {
  type DialOptions,
  type Driver,
  endsInTheTick,
  failedHandshakes,
  type Line,
  passing,
  type SocketCell,
  type Stream,
} from '../driver.ts';
import { apiKey, hasHangup } from '../stage.ts';

/** The part of the SDK's source that its users call. */
export interface AudioSource {
  read(out: Float32Array): Promise<number>;
  markDone(): void;
}

/** A `WebSocketWrapper`: the SDK's own members, and those that hangup adds, which the bare SDK lacks. */
export interface Wrapper extends Disconnectable {
  readonly socket: WebSocket | null;
  connect(): Promise<void>;
  send(request: object): Promise<{ source: AudioSource }>;
}

export type WrapperClass = { new (client: object, config: object): Wrapper; prototype: object };

/** Samples of 32 bits in one of the server's chunks of 64 bytes. */
export const chunkSamples = 16;

export const request = { modelId: 'sonic-2', transcript: 'hello', voice: { mode: 'id', id: 'a-voice' } } as const;

const config = { container: 'raw', encoding: 'pcm_f32le', sampleRate: 16000 } as const;

/** `WebSocketWrapper` of the `backcompat` client: a source for each request, on one socket. */
export const sourceRouter: Driver = {
  classNames: ['WebSocketWrapper'],
  tls: false,
  traits: { reconnects: false, reopens: true, told: 'throws' },
  listeners: [],
  badFrames: {
    'a chunk whose data is a number': '{"type":"chunk","context_id":"$CTX","data":5,"done":false}',
    'a chunk without data': '{"type":"chunk","context_id":"$CTX","done":false}',
  },
  bare: passing(...endsInTheTick, ...failedHandshakes),
  async load(cell) {
    const Class = await loadWrapper(cell);
    return ({ url }, { overlay: options }: DialOptions = {}) => {
      const ws = makeWrapper(Class, url);
      if (options !== undefined && hasHangup(ws)) overlay(ws, options);
      return lineOf(ws);
    };
  },
};

export async function loadWrapper(cell: SocketCell): Promise<WrapperClass> {
  const WebSocketWrapper = await loadClass<WrapperClass>(cell);
  deliver(cell, WebSocketWrapper);
  return WebSocketWrapper;
}

/** All that it takes of its client is the address and the key. */
function makeWrapper(Class: WrapperClass, url: string): Wrapper {
  return new Class({ baseURL: url, apiKey }, config);
}

function lineOf(ws: Wrapper): Line {
  const sockets = new Set<WebSocket>();
  const look = () => {
    if (ws.socket !== null) sockets.add(ws.socket);
    return [...sockets];
  };
  const connect = () => {
    const opened = ws.connect();
    opened.catch(() => {});
    look();
    return opened;
  };
  return {
    target: ws,
    opened: connect(),
    heard: [],
    get closed() {
      return look().every((socket) => socket.readyState === socket.CLOSED);
    },
    get buffered() {
      return ws.socket?.bufferedAmount ?? 0;
    },
    speak: (contextId) => speak(ws, contextId),
    post: (bytes) => ws.send({ ...request, transcript: 'x'.repeat(bytes), contextId: 'big', continue: true }),
    // The SDK's own is also the one that hangup has.
    close: () => ws.disconnect(),
    calls: { 'send()': () => ws.send({ ...request, transcript: 'late' }) },
    cancels: {},
    reconnect: connect,
    on: () => {},
    destroy() {
      for (const socket of look()) socket.terminate();
    },
  };
}

function speak(ws: Wrapper, contextId: string): Stream {
  const stream = { arrived: 0, ended: read() };
  return stream;

  async function read(): Promise<Error | undefined> {
    try {
      const { source } = await ws.send({ ...request, contextId });
      const out = new Float32Array(chunkSamples);
      while ((await source.read(out)) > 0) stream.arrived++;
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }
}
