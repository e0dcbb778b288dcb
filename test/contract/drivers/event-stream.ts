import { overlay } from '../../../overlays/cartesia/index.ts';
import { loadSdk } from '../../support/sdk.ts';
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
    traits: { reconnects: false, cancels: false, reopens: false, throws: false },
    listeners: ['message', 'error'],
    badFrames: {
      null: 'null',
      'type __proto__': '{"type":"__proto__"}',
      'type constructor': '{"type":"constructor"}',
      'a type that is no text': '{"type":{"toString":1}}',
    },
    bare: {},
    bareThrows: ({ format }) =>
      format === 'esm' && typeof WebSocket === 'undefined' ? /requires the "ws" package/ : undefined,
    load: (cell) => load(mode, cell),
  };
}

const covered = new WeakSet<object>();

/** The client's class of a cell, with its connections overlaid where the delivery says so. */
export async function loadClient({ version, format, delivery }: Omit<SocketCell, 'target'>) {
  const { Cartesia } = await loadSdk({ version, format, delivery });
  if ((delivery === 'overlay' || delivery === 'both') && !covered.has(Cartesia)) {
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
  const opened = new Promise<void>((resolve, reject) => {
    ws.socket.on('open', () => resolve());
    ws.socket.on('error', (error) => reject(heard.at(-1) ?? error));
    ws.socket.on('close', () => reject(heard.at(-1) ?? new Error('closed before it was open')));
  });
  opened.catch(() => {});
  return {
    target: ws,
    opened,
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
      ws.socket.platformSocket.terminate();
    },
  };
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
