import type { WebSocket } from 'ws';
import { overlay } from '../../../overlays/cartesia/index.ts';
import { deliver, loadClass } from '../../support/cells.ts';
import {
  connectVoice,
  destroy,
  newTranscriber,
  type Transcriber,
  type TranscriberClass,
  terminate,
} from '../../support/reconnecting.ts';
import type { DialOptions, Driver, Line, Stream } from '../driver.ts';
import { hasHangup } from '../stage.ts';
import { keptByBare } from './reconnecting.ts';

const audio = new Uint8Array(64);

/** Closing while CONNECTING is no defect of its own; that `connect()` is then never settled is. */
const unsettled = { fails: /^connect\(\): not within/ };

/** `SttWebsocket` of 2.2.4 and later: one transcription, told to callbacks. */
export const sttSocket: Driver = {
  classNames: ['SttWebsocket'],
  tls: true,
  traits: { reconnects: true, reopens: true, told: 'throws' },
  listeners: ['message'],
  badFrames: { 'a transcript without text': '{"type":"transcript"}' },
  bare: {
    ...keptByBare,
    'disconnect-in-the-tick-of-connect': unsettled,
    'force-in-the-tick-of-connect': unsettled,
    // The provider's own error is told.
    'error-event-named': 'passes',
    'error-event-nameless': 'passes',
  },
  async load(cell) {
    const Class = await loadClass<TranscriberClass>(cell);
    deliver(cell, Class);
    return (server, { overlay: options }: DialOptions = {}) => {
      const ws = newTranscriber(Class, server.url);
      if (options !== undefined && hasHangup(ws)) overlay(ws, options);
      return lineOf(ws, server);
    };
  },
};

function lineOf(ws: Transcriber, server: { ca: string }): Line {
  const sockets = new Set<WebSocket>();
  const look = () => {
    if (ws.socket?._ws !== undefined) sockets.add(ws.socket._ws);
    return [...sockets];
  };
  /** Attempts: until they are over there may be no socket yet. */
  let pending = 0;
  const connect = () => {
    const opened = connectVoice(ws, server);
    const settle = () => {
      pending--;
    };
    pending++;
    opened.then(settle, settle);
    return opened;
  };
  const listeners: (() => void)[] = [];
  return {
    target: ws,
    opened: connect(),
    heard: [],
    get closed() {
      return pending === 0 && look().every((socket) => socket.readyState === socket.CLOSED);
    },
    get buffered() {
      return ws.socket?._ws?.bufferedAmount ?? 0;
    },
    speak: () => transcribe(ws, listeners, look),
    post: (bytes) => ws.send(new Uint8Array(bytes)),
    // The SDK's own is also the one that hangup has.
    close: () => ws.disconnect(),
    calls: {
      'send()': () => ws.send(audio),
      'finalize()': () => ws.finalize(),
      'done()': () => ws.done(),
      'onMessage()': () => ws.onMessage(() => {}),
    },
    cancels: {},
    reconnect: connect,
    on: (_what, listener) => void listeners.push(listener),
    destroy() {
      destroy(ws);
      for (const socket of look()) terminate(socket);
    },
  };
}

/** A callback gets a text; what it says of the connection is what others get as an error. */
function toldIn(message: string): Error {
  const said = /^the connection closed( with code (\d+))?( \(no close frame: [^)]*\))?( \((".*")\))? before/;
  const [, , code, , , reason] = said.exec(message) ?? [];
  const isEnd = message.startsWith('the connection closed');
  return Object.assign(new Error(message), {
    code: isEnd ? 'ERR_STREAM_ENDED' : undefined,
    closeCode: code && Number(code),
    closeReason: reason && (JSON.parse(reason) as string),
  });
}

/** Until the provider has transcribed all of it, reports an error, or the connection is gone, which a callback cannot tell. */
function transcribe(ws: Transcriber, listeners: readonly (() => void)[], look: () => WebSocket[]): Stream {
  const stream = { arrived: 0, ended: run() };
  return stream;

  async function run(): Promise<Error | undefined> {
    await undefined;
    try {
      const end = new Promise<Error | undefined>((resolve) => {
        const callback: Parameters<Transcriber['onMessage']>[0] = ({ type, message }) => {
          for (const listener of listeners) listener();
          if (type === 'transcript') stream.arrived++;
          else if (type === 'flush_done' || type === 'done') resolve(undefined);
          else if (type === 'error' && !message?.startsWith('Failed to parse')) resolve(toldIn(message ?? ''));
        };
        ws.onMessage(callback).then(
          () => {
            for (const socket of look()) socket.addEventListener('close', () => setImmediate(resolve, undefined));
          },
          (error: Error) => resolve(error),
        );
      });
      await ws.send(audio);
      await ws.finalize();
      return await end;
    } catch (error) {
      return error as Error;
    }
  }
}
