import type { WebSocket } from 'ws';
import { overlay } from '../../../overlays/toy/index.ts';
import { deliver, loadClass } from '../../support/cells.ts';
import type { Driver, Line, Stream } from '../driver.ts';
import { hasHangup } from '../stage.ts';

interface Message {
  type?: string;
  context_id?: string;
  message?: string;
}

/** `ToySocket` of the toy SDK. */
type ToySocket = Line['target'] & {
  socket: WebSocket;
  connect(): Promise<void>;
  send(message: object): unknown;
  close(): unknown;
  on(event: string, listener: (message: Message) => void): void;
};
type ToyClass = new (url: string, options: object) => ToySocket;

export const toy: Driver = {
  classNames: ['ToySocket'],
  tls: true,
  traits: { reconnects: false, reopens: false, told: 'closes' },
  listeners: ['message'],
  badFrames: {},
  bare: {},
  async load(cell) {
    const Class = await loadClass<ToyClass>(cell);
    deliver(cell, Class);
    return (server, { overlay: options } = {}) => {
      const ws = new Class(server.url.replace('http', 'ws'), { ca: server.ca });
      if (options !== undefined && hasHangup(ws)) overlay(ws, options);
      return lineOf(ws);
    };
  },
};

function lineOf(ws: ToySocket): Line {
  return {
    target: ws,
    opened: ws.connect(),
    heard: [],
    get closed() {
      return ws.socket.readyState === ws.socket.CLOSED;
    },
    get buffered() {
      return ws.socket.bufferedAmount;
    },
    speak: (contextId) => speak(ws, contextId),
    post: (bytes) => ws.send({ transcript: 'x'.repeat(bytes) }),
    close: () => ws.close(),
    calls: { send: () => ws.send({}), connect: () => ws.connect() },
    cancels: {},
    reconnect: () => ws.connect(),
    on: (what, listener) => ws.on(what, listener),
    destroy: () => ws.socket.terminate(),
  };
}

function speak(ws: ToySocket, contextId: string): Stream {
  const stream = {
    arrived: 0,
    ended: new Promise<Error | undefined>((resolve) => {
      ws.on('end', () => resolve(undefined));
      ws.on('message', ({ type, context_id, message }) => {
        if (type === 'error') resolve(new Error(message));
        if (context_id !== contextId) return;
        if (type === 'chunk') stream.arrived++;
        if (type === 'done') resolve(undefined);
      });
    }),
  };
  ws.send({ context_id: contextId, transcript: 'hello' });
  return stream;
}
