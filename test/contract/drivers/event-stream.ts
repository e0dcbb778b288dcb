import { overlay } from '../../../overlays/cartesia/index.ts';
import { forceClose } from '../../../overlays/sockets/destroy.ts';
import { type Cell, isOverlaid, loadSdk } from '../../support/sdk.ts';
import type { Dial, DialOptions, Driver, Line, SocketCell, Stream } from '../driver.ts';
import { apiKey } from '../stage.ts';
import { audio, type EventStreamClient, type EventStreamSocket, type Mode, parameters } from './event-stream-sdk.ts';

/** The drivers of `AutoFinalizeWS` and `ManualFinalizeWS`, which differ in what they are asked and answered. */
export const autoFinalize = driverOf('auto');
export const manualFinalize = driverOf('manual');

function driverOf(mode: Mode): Driver {
  const folder = `resources/stt/${mode}-finalize`;
  return {
    classNames: [mode === 'auto' ? 'AutoFinalizeWS' : 'ManualFinalizeWS'],
    protocol: mode === 'auto' ? 'stt-turns' : 'stt',
    tls: true,
    modules: [
      `${folder}/ws-base`,
      `${folder}/internal-base`,
      'core/EventEmitter',
      'internal/ws',
      'internal/ws-adapter-node',
      'internal/ws-adapter-browser',
    ],
    // Its reconnect is for those who ask for it: these lines do not.
    traits: { reconnects: false, cancels: false, reopens: undefined, throws: false },
    listeners: ['message', 'error'],
    badFrames: {
      null: 'null',
      'type __proto__': '{"type":"__proto__"}',
      'type constructor': '{"type":"constructor"}',
      'a type that is no text': '{"type":{"toString":1}}',
    },
    bare: bare(),
    bareLacksWs({ format }) {
      if (format === 'cjs') return undefined;
      return typeof WebSocket === 'undefined' ? { throws: /requires the "ws" package/ } : 'native';
    },
    load: (cell) => load(mode, cell),
  };
}

/** Its iterator tells of every end, and whoever iterates is a listener: what is left are the frames that it cannot read. */
function bare(): Driver['bare'] {
  const drops = [
    ...['close 1000', 'close 1001', 'close 1011', 'a close frame without a code'],
    ...['a TCP reset', 'a TCP FIN', 'a frame with a reserved opcode', 'a frame of 120 MB'],
  ];
  const passed = [
    ...drops.map((drop) => `${drop} in the middle of a stream ends it, with the cause`),
    'a drop before the first chunk ends the stream, with the cause',
    ...['for', 'without'].map(
      (which) => `an error event ${which} a context ends the only stream; the connection goes on`,
    ),
    ...['tcp-silence', 'tls-stall', 'upgrade-stall'].flatMap((greeting) =>
      ['', 'true'].map(
        (force) => `disconnect(${force}) while CONNECTING (${greeting}) ends the attempt, and connect() rejects`,
      ),
    ),
    'disconnect() in the tick of connect()',
    'disconnect(true) in the tick of connect()',
    'a 401 makes connect() reject with the cause, and nothing retries',
    'a reset makes connect() reject with the cause, and nothing retries',
    'a refused connection makes connect() reject with the cause',
    'a failed attempt that nobody awaits, then disconnect()',
  ];
  const unreadable = { crashes: /Cannot read properties of null|filter is not a function/ };
  return {
    ...Object.fromEntries(passed.map((name) => [name, 'passes'])),
    "the SDK's own close while CONNECTING, with nobody awaiting connect(), ends the attempt": {
      crashes: /closed before the connection was established/,
    },
    'null in the middle of a stream: the connection goes on': unreadable,
    'the type "__proto__" in the middle of a stream: the connection goes on': unreadable,
    "frames that only look like the provider's in the middle of a stream: the connection goes on": unreadable,
  };
}

const covered = new WeakSet<object>();

/** The client's class of a cell, with its connections overlaid where the delivery says so. */
export async function loadClient({ version, format, delivery }: Cell) {
  const { Cartesia } = await loadSdk({ version, format, delivery });
  if (isOverlaid(delivery) && !covered.has(Cartesia)) {
    overlay(new Cartesia({ baseURL: 'https://127.0.0.1:1', apiKey }));
    covered.add(Cartesia);
  }
  return Cartesia as unknown as new (
    options: object,
  ) => EventStreamClient;
}

async function load(mode: Mode, cell: SocketCell): Promise<Dial> {
  const Cartesia = await loadClient(cell);
  return (server, options = {}) => {
    const client = new Cartesia({ baseURL: server.url, apiKey, maxRetries: 0 });
    if (cell.delivery !== 'bare' && options.overlay !== undefined) overlay(client, options.overlay);
    try {
      return lineOf(client.stt[`${mode}Finalize`].websocket(parameters, { ca: server.ca }), mode, options);
    } catch (error) {
      return deadLine(error);
    }
  };
}

function lineOf(ws: EventStreamSocket, mode: Mode, { listen = true }: DialOptions): Line {
  const heard: unknown[] = [];
  if (listen) ws.on('error', (error) => heard.push(error));
  return {
    target: ws,
    // An iterator is a listener: begun only for those who look.
    get opened() {
      const opened = untilOpen(ws);
      opened.catch(() => {});
      return opened;
    },
    get closed() {
      return ws.socket.readyState === 3;
    },
    get buffered() {
      return ws.socket.platformSocket.bufferedAmount;
    },
    speak: () => read(ws, mode),
    post: (bytes) => ws.sendRaw(new Uint8Array(bytes)),
    close: () => ws.close(),
    calls: { send: () => ws.send(mode === 'auto' ? { type: 'config' } : 'finalize'), sendRaw: () => ws.sendRaw(audio) },
    cancels: {},
    reconnect: () => Promise.reject(new Error('it connects once')),
    on: (what, listener) => void ws.on(what === 'message' ? 'event' : 'error', listener),
    heard,
    destroy() {
      ws._intentionallyClosed = true;
      ws.on('error', () => {});
      forceClose(ws.socket.platformSocket as never);
    },
  };
}

async function untilOpen(ws: EventStreamSocket): Promise<void> {
  let failure: Error | undefined;
  for await (const { type, error } of ws.stream()) {
    if (type === 'open') return;
    // What the SDK makes of a socket's error carries it as its cause.
    if (error !== undefined) failure = (error.cause as Error | undefined) ?? error;
  }
  throw failure ?? new Error('closed before it was open');
}

/** Speaks, and reads until the provider has nothing more to say of it, or the SDK's own `close` event comes. */
function read(ws: EventStreamSocket, mode: Mode): Stream {
  let arrived = 0;
  const ended = (async () => {
    try {
      const events = ws.stream();
      ws.sendRaw(audio);
      if (mode === 'manual') ws.send('finalize');
      for await (const event of events) {
        // The provider's own; what goes wrong with a socket is followed by its `close`.
        if (event.error?.error !== undefined) return event.error;
        const type = event.message?.type;
        if (type === 'turn.update' || type === 'transcript') arrived += 1;
        if (type === 'turn.end' || type === 'flush_done') break;
      }
      return undefined;
    } catch (error) {
      return error as Error;
    }
  })();
  return {
    get arrived() {
      return arrived;
    },
    ended,
  };
}

/** Of a build that throws before it dials. */
function deadLine(error: unknown): Line {
  const fail = () => {
    throw error;
  };
  const opened = Promise.reject(error);
  opened.catch(() => {});
  return {
    target: {} as Line['target'],
    opened,
    closed: true,
    buffered: 0,
    speak: () => ({ arrived: 0, ended: Promise.resolve(error as Error) }),
    post: fail,
    close: fail,
    calls: {},
    cancels: {},
    reconnect: () => Promise.reject(error),
    on: () => {},
    heard: [],
    destroy() {},
  };
}
