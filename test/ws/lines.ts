import { WebSocket as PartySocket } from 'partysocket';
import { WebSocket } from 'ws';
import type { Disconnectable, DisconnectableClient, DisconnectReport } from '../../core/disconnectable.ts';
import type { OverlayOptions } from '../../overlays/seams/overlay-options.ts';
import { overlay } from '../../overlays/ws/index.ts';
import {
  type Dial,
  type DialOptions,
  type Driver,
  type Line,
  passing,
  type SocketCell,
  type Stream,
} from '../contract/driver.ts';
import { apiKey } from '../contract/stage.ts';

/** How hangup gets to a socket: through itself, or through its class; or not at all. */
export type Way = 'bare' | 'socket' | 'class' | 'wrapper' | 'wrapper class';

interface RawSocket extends Pick<WebSocket, 'readyState' | 'bufferedAmount' | 'send' | 'close' | 'addEventListener'> {
  readonly _ws?: WebSocket;
}

/** The cell of a contract row: it is of no SDK. */
export const cellOf = (way: Way): SocketCell => ({ delivery: way === 'bare' ? 'bare' : 'overlay' }) as SocketCell;

export function driverOf(way: Way): Driver {
  return {
    classNames: [],
    tls: true,
    traits: { reconnects: way.startsWith('wrapper'), reopens: undefined, told: 'closes' },
    listeners: ['message', 'error'],
    badFrames: {},
    bare: passing(),
    load: async () => dial(way),
  };
}

/** A client of no SDK: it speaks the protocol of Cartesia on a socket of its own. */
export function dial(way: Way): Dial {
  return ({ url, ca }, { listen = true, overlay: options = {} }: DialOptions = {}) => {
    const address = `${url.replace(/^http/, 'ws')}/tts/websocket?api_key=${apiKey}`;
    const [socket, target] = open(way, address, ca, options);
    return lineOf(socket, target, listen);
  };
}

function open(way: Way, address: string, ca: string, options: OverlayOptions): [RawSocket, object] {
  // A class of its own for each line: the contract plays many at a time.
  class TrustingSocket extends WebSocket {
    constructor(url: string) {
      super(url, { ca });
    }
  }
  class Wrapper extends PartySocket {}
  const inside = { WebSocket: TrustingSocket, minReconnectionDelay: 20, maxReconnectionDelay: 20, minUptime: 0 };
  switch (way) {
    case 'class': {
      const guard = overlay(TrustingSocket, options);
      return [new guard.target(address), ofItsSocket(guard)];
    }
    case 'wrapper class': {
      const guard = overlay(Wrapper, options);
      return [new guard.target(address, [], inside) as unknown as RawSocket, ofItsSocket(guard)];
    }
    case 'wrapper': {
      const wrapper = new Wrapper(address, [], inside);
      return [wrapper as unknown as RawSocket, overlay(wrapper, options).target];
    }
    default: {
      const socket = new TrustingSocket(address);
      return [socket, way === 'bare' ? socket : overlay(socket, options).target];
    }
  }
}

/** The guard of a class reports as a client does. The contract reads the report of its one socket. */
function ofItsSocket(guard: DisconnectableClient): Disconnectable {
  const reports = new WeakMap<Promise<DisconnectReport>, Promise<DisconnectReport>>();
  return {
    get connected() {
      return guard.connected;
    },
    disconnect(how) {
      const ended = guard.disconnect(how);
      const known = reports.get(ended) ?? ended.then((report) => report.members?.[0] ?? report);
      reports.set(ended, known);
      return known;
    },
    [Symbol.asyncDispose]: () => guard[Symbol.asyncDispose](),
  };
}

function lineOf(socket: RawSocket, target: object, listen: boolean): Line {
  const heard: unknown[] = [];
  let opened: Promise<void> | undefined;
  if (listen) socket.addEventListener('error', (event) => heard.push(event.error));
  return {
    target: target as Disconnectable,
    get opened() {
      opened ??= untilOpen(socket);
      opened.catch(() => {});
      return opened;
    },
    get closed() {
      return innermost(socket) === undefined || innermost(socket)!.readyState === WebSocket.CLOSED;
    },
    get buffered() {
      return socket.bufferedAmount;
    },
    speak: (contextId) => read(socket, contextId),
    post: (bytes) => socket.send('A'.repeat(bytes)),
    close: () => socket.close(1000),
    // A socket that has closed drops what it is given to send, as ws does.
    calls: {},
    cancels: {},
    reconnect: () => Promise.reject(new Error('it connects once')),
    on: (what, listener) => void socket.addEventListener(what as 'message', listener),
    heard,
    destroy() {
      innermost(socket)?.on('error', () => {});
      Object.assign(socket, '_shouldReconnect' in socket ? { _shouldReconnect: false, _closeCalled: true } : {});
      innermost(socket)?.terminate();
    },
  };
}

/** The socket that has the connection: that inside of a wrapper, once there is one. */
const innermost = (socket: RawSocket): WebSocket | undefined =>
  '_shouldReconnect' in socket ? socket._ws : (socket as WebSocket);

function untilOpen(socket: RawSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    const closed = () => reject(new Error('closed before it was open'));
    if (socket.readyState === WebSocket.OPEN) resolve();
    else if (socket.readyState === WebSocket.CLOSED) closed();
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', (event) => reject(event.error));
    socket.addEventListener('close', closed);
  });
}

/** Reads until the end message, or the end of the socket. On a socket that is not open, there is nothing to read. */
function read(socket: RawSocket, context_id: string): Stream {
  const stream: { arrived: number; ended: Promise<Error | undefined> } = {
    arrived: 0,
    ended: Promise.resolve(undefined),
  };
  if (socket.readyState !== WebSocket.OPEN) return stream;
  stream.ended = new Promise((resolve) => {
    socket.addEventListener('message', ({ data }) => {
      const message = parsed(String(data));
      if (message?.context_id !== context_id) return;
      if (message.type === 'chunk') stream.arrived++;
      else if (message.type === 'done' || message.type === 'error') resolve(undefined);
    });
    socket.addEventListener('close', () => resolve(undefined));
  });
  socket.send(JSON.stringify({ context_id, transcript: 'hello', continue: false }));
  return stream;
}

function parsed(frame: string): { type?: unknown; context_id?: unknown } | null | undefined {
  try {
    return JSON.parse(frame);
  } catch {
    return undefined;
  }
}
