import type { WebSocket } from 'ws';
import { overlay } from '../../../overlays/cartesia/index.ts';
import { deliver, loadClass } from '../../support/cells.ts';
import {
  chunkSamples,
  connectVoice,
  destroy,
  newVoice,
  request,
  type Voice,
  type VoiceClass,
} from '../../support/reconnecting.ts';
import type { DialOptions, Driver, Line, SocketCell, Stream } from '../driver.ts';

const whileConnecting = ['tcp-silence', 'tls-stall', 'upgrade-stall'].flatMap((greeting) =>
  ['', 'true'].map(
    (force) => `disconnect(${force}) while CONNECTING (${greeting}) ends the attempt, and connect() rejects`,
  ),
);

/** Their own `disconnect()` closes what is CONNECTING, and returns nothing: the same thing every time. */
export const keptByBare: Driver['bare'] = Object.fromEntries(
  [
    ...whileConnecting,
    "the SDK's own close while CONNECTING, with nobody awaiting connect(), ends the attempt",
    'disconnect() twice, and ten times at once, is one: the same promise',
    // 2.x gives up; 1.x tries again, but not so soon.
    'a failed attempt that nobody awaits, then disconnect()',
  ].map((name) => [name, 'passes']),
);

/** Before 1.0.1 every message of a stream is taken for audio. */
const isAllAudio = ({ version }: SocketCell) => version.startsWith('1.0.0');

/** Streams of audio, each read from its source. */
const common: Pick<Driver, 'protocol' | 'traits' | 'listeners' | 'badFrames' | 'bare' | 'load'> = {
  protocol: 'tts',
  traits: { reconnects: true, cancels: false, reopens: true, throws: true },
  badFrames: {
    'a chunk whose data is a number': '{"type":"chunk","context_id":"$CTX","data":5,"done":false}',
    'a chunk whose data is no base64': '{"type":"chunk","context_id":"$CTX","data":"abc","done":false}',
    'half a sample': '{"type":"chunk","context_id":"$CTX","data":"AAAA","done":false}',
  },
  listeners: ['message'],
  bare: {
    ...keptByBare,
    'malformed JSON in the middle of a stream: the connection goes on': { crashes: /JSON/ },
    'null in the middle of a stream: the connection goes on': { crashes: /null/ },
    'the type "__proto__" in the middle of a stream: the connection goes on': (cell) =>
      isAllAudio(cell) ? { crashes: /length/ } : 'passes',
    "frames that only look like the provider's in the middle of a stream: the connection goes on": {
      crashes: /multiple of 4|not a function/,
    },
  },
  async load(cell) {
    const Class = await loadClass<VoiceClass>(cell);
    if (cell.broken === undefined) deliver(cell, Class);
    return (server, { overlay: options }: DialOptions = {}) => {
      const voice = newVoice(Class, cell.version, server.url);
      if (options !== undefined && cell.delivery !== 'bare') overlay(voice, options);
      return lineOf(voice, cell, server);
    };
  },
};

/** `Websocket` of 2.x. */
export const reconnecting2: Driver = {
  ...common,
  classNames: ['Websocket'],
  tls: true,
  modules: ['core/websocket/ws', 'wrapper/utils', 'wrapper/source'],
};

/** `WebSocket` of 1.x, over the package `partysocket`. */
export const reconnecting1: Driver = {
  ...common,
  classNames: ['WebSocket'],
  tls: false,
  modules: [],
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
      for (const socket of look()) socket.terminate();
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
