import { overlay } from '../../../overlays/cartesia/index.ts';
import { forceClose } from '../../../overlays/sockets/destroy.ts';
import { type Cell, isOverlaid, loadSdk } from '../../support/sdk.ts';
import {
  type Dial,
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
import { apiKey, hasHangup } from '../stage.ts';
import { audio, type EventStreamClient, type EventStreamSocket, type Mode, parameters } from './event-stream-sdk.ts';

export const badFrames = {
  null: 'null',
  'type __proto__': '{"type":"__proto__"}',
  'type constructor': '{"type":"constructor"}',
  'a type that is no text': '{"type":{"toString":1}}',
};

/** The drivers of `AutoFinalizeWS` and `ManualFinalizeWS`, which differ in what they are asked and answered. */
export const autoFinalize = driverOf('auto');
export const manualFinalize = driverOf('manual');

function driverOf(mode: Mode): Driver {
  const _folder = `resources/stt/${mode}-finalize`;
  return {
    classNames: [mode === 'auto' ? 'AutoFinalizeWS' : 'ManualFinalizeWS'],
    tls: true,
    // Its reconnect is for those who ask for it: these lines do not.
    traits: { reconnects: false, reopens: undefined, told: 'closes' },
    listeners: ['message', 'error'],
    badFrames,
    bare: bare(),
    bareLacksWs({ format }) {
      if (format === 'cjs') return undefined;
      return typeof WebSocket === 'undefined' ? { throws: /requires the "ws" package/ } : 'native';
    },
    load: (cell) => load(mode, cell),
  };
}

/** The iterator tells of every end, and iterating counts as listening. Only frames that it cannot read are a defect here. */
export function bare(): Driver['bare'] {
  const unreadable = { crashes: /Cannot read properties of null|filter is not a function/ };
  return {
    ...passing(...drops, ...errorEvents, ...endsInTheTick, ...failedHandshakes),
    'own-close-while-connecting': {
      crashes: /closed before the connection was established/,
    },
    'frame-null': unreadable,
    'frame-the-type-proto': unreadable,
    'look-alike-frames': unreadable,
  };
}

export const modeOf = ({ target }: SocketCell): Mode => (target.className === 'AutoFinalizeWS' ? 'auto' : 'manual');

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
    if (options.overlay !== undefined && hasHangup(client)) overlay(client, options.overlay);
    try {
      const ws = client.stt[`${mode}Finalize`].websocket(parameters, { ca: server.ca });
      const send = () => ws.send(mode === 'auto' ? { type: 'config' } : 'finalize');
      return eventStreamLine(ws, { speak: () => read(ws, mode), send }, options);
    } catch (error) {
      return deadLine(error);
    }
  };
}

/** A connection of a class that Stainless has generated. */
export function eventStreamLine(
  ws: EventStreamSocket,
  { speak, send }: Pick<Line, 'speak'> & { send(): unknown },
  { listen = true }: DialOptions,
): Line {
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
    speak,
    post: (bytes) => ws.sendRaw(new Uint8Array(bytes)),
    close: () => ws.close(),
    calls: { send, sendRaw: () => ws.sendRaw(audio) },
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
    // The SDK wraps a socket's error, which is then the cause.
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

/** Stands for a line in a build that throws before it dials. */
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
