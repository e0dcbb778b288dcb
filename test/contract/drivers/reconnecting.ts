import type { WebSocket } from 'ws';
import { overlay } from '../../../overlays/cartesia/index.ts';
import { deliver, loadClass } from '../../support/cells.ts';
import {
  chunkSamples,
  connectVoice,
  destroy,
  newVoice,
  request,
  terminate,
  type Voice,
  type VoiceClass,
} from '../../support/reconnecting.ts';
import { type DialOptions, type Driver, type Line, passing, type SocketCell, type Stream } from '../driver.ts';
import { hasHangup } from '../stage.ts';

// 2.x gives up; 1.x tries again, but not so soon.
export const keptByBare = passing('failed-attempt-unawaited');

/** Before 1.0.1 every message of a stream is taken for audio. */
const isAllAudio = ({ version }: SocketCell) => version.startsWith('1.0.0');

/** Streams of audio, each read from its source. */
const common: Pick<Driver, 'traits' | 'listeners' | 'badFrames' | 'bare' | 'load'> = {
  traits: { reconnects: true, reopens: true, told: 'throws' },
  badFrames: {
    'a chunk whose data is a number': '{"type":"chunk","context_id":"$CTX","data":5,"done":false}',
    'a chunk whose data is no base64': '{"type":"chunk","context_id":"$CTX","data":"abc","done":false}',
    'half a sample': '{"type":"chunk","context_id":"$CTX","data":"AAAA","done":false}',
  },
  listeners: ['message'],
  bare: {
    ...keptByBare,
    'frame-malformed-json': { crashes: /JSON/ },
    'frame-null': { crashes: /null/ },
    'frame-the-type-proto': (cell) => (isAllAudio(cell) ? { crashes: /length/ } : 'passes'),
    'look-alike-frames': {
      crashes: /multiple of 4|not a function/,
    },
  },
  async load(cell) {
    const Class = await loadClass<VoiceClass>(cell);
    if (cell.broken === undefined) deliver(cell, Class);
    return (server, { overlay: options }: DialOptions = {}) => {
      const voice = newVoice(Class, cell.version, server.url);
      if (options !== undefined && hasHangup(voice)) overlay(voice, options);
      return lineOf(voice, cell, server);
    };
  },
};

/** `Websocket` of 2.x. */
export const reconnecting2: Driver = {
  ...common,
  classNames: ['Websocket'],
  tls: true,
};

/** `WebSocket` of 1.x, over the package `partysocket`. */
export const reconnecting1: Driver = {
  ...common,
  classNames: ['WebSocket'],
  tls: false,
};

function lineOf(voice: Voice, { version }: SocketCell, server: { ca: string }): Line {
  const sockets = new Set<WebSocket>();
  const look = () => {
    if (voice.socket?._ws !== undefined) sockets.add(voice.socket._ws);
    return [...sockets];
  };
  /** Attempts: until they are over there may be no socket yet. */
  let pending = 0;
  const connect = () => {
    const opened = connectVoice(voice, server);
    const settle = () => {
      pending--;
    };
    pending++;
    opened.then(settle, settle);
    return opened;
  };
  const listeners: (() => void)[] = [];
  const send = (contextId: string, transcript = 'hello') => voice.send({ ...request(version, contextId), transcript });
  return {
    target: voice,
    opened: connect(),
    heard: [],
    get closed() {
      return pending === 0 && look().every((socket) => socket.readyState === socket.CLOSED);
    },
    get buffered() {
      return voice.socket?._ws?.bufferedAmount ?? 0;
    },
    speak: (contextId) => speak(async () => send(contextId), listeners),
    post: (bytes) => send('big', 'x'.repeat(bytes)),
    // The SDK's own is also the one that hangup has.
    close: () => voice.disconnect(),
    calls: {
      'send()': () => send('late'),
      ...(voice.continue && { 'continue()': () => voice.continue?.(request(version, 'late')) }),
    },
    cancels: {},
    reconnect: connect,
    on: (_what, listener) => void listeners.push(listener),
    destroy() {
      destroy(voice);
      for (const socket of look()) terminate(socket);
    },
  };
}

function speak(send: () => ReturnType<Voice['send']>, listeners: readonly (() => void)[]): Stream {
  const stream = { arrived: 0, ended: read() };
  return stream;

  async function read(): Promise<Error | undefined> {
    try {
      const { source, on } = await send();
      for (const listener of listeners) on('message', listener);
      const audio = new Float32Array(chunkSamples);
      while ((await source.read(audio)) === chunkSamples) stream.arrived++;
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }
}
