import { overlay } from '../../../overlays/cartesia/index.ts';
import { forceClose } from '../../../overlays/sockets/destroy.ts';
import { deliver, loadModule } from '../../support/cells.ts';
import type { Context, Sdk, VoiceSocket } from '../../support/sdk.ts';
import type { DialOptions, Driver, Line, SocketCell, Stream } from '../driver.ts';
import type { Bare } from '../rows.ts';
import { apiKey, speech } from '../stage.ts';

/** What the bare SDK dies of when a CONNECTING socket is closed. */
const closedEarly = { crashes: /closed before the connection (was|is) established/ };
/** 3.0.0 looks for `context_id` in them. */
const numbers = ({ version }: SocketCell): Bare => (version === '3.0.0' ? { crashes: /'in' operator/ } : 'passes');
const silent = { fails: 'the loop never settles' };

/** `TTSWS`: many contexts on one socket. */
export const contextRouter: Driver = {
  classNames: ['TTSWS'],
  protocol: 'tts',
  tls: true,
  modules: ['resources/tts/internal-base', 'core/EventEmitter'],
  traits: { reconnects: false, cancels: true, reopens: false, throws: true },
  listeners: ['message', 'error'],
  badFrames: {
    'a chunk whose data is a number': '{"type":"chunk","context_id":"$CTX","data":5,"done":false}',
    'a chunk without data': '{"type":"chunk","context_id":"$CTX","done":false}',
  },
  bare: {
    'disconnect() in the middle of a stream ends it quietly': silent,
    "the SDK's own close in the middle of a stream ends it quietly": silent,
    'disconnect() from inside a message listener': silent,
    'disconnect() while CONNECTING (tcp-silence) ends the attempt, and connect() rejects': closedEarly,
    'disconnect() while CONNECTING (tls-stall) ends the attempt, and connect() rejects': closedEarly,
    'disconnect() while CONNECTING (upgrade-stall) ends the attempt, and connect() rejects': closedEarly,
    'disconnect(true) while CONNECTING (tcp-silence) ends the attempt, and connect() rejects': closedEarly,
    'disconnect(true) while CONNECTING (tls-stall) ends the attempt, and connect() rejects': closedEarly,
    'disconnect(true) while CONNECTING (upgrade-stall) ends the attempt, and connect() rejects': closedEarly,
    'disconnect() in the tick of connect()': closedEarly,
    'disconnect(true) in the tick of connect()': closedEarly,
    "the SDK's own close while CONNECTING, with nobody awaiting connect(), ends the attempt": closedEarly,
    'a 401 makes connect() reject with the cause, and nothing retries': { crashes: /401/ },
    'a reset makes connect() reject with the cause, and nothing retries': { crashes: /ECONNRESET/ },
    'a refused connection makes connect() reject with the cause': { crashes: /ECONNREFUSED/ },
    'a failed attempt that nobody awaits, then disconnect()': { crashes: /401/ },
    'malformed JSON in the middle of a stream: the connection goes on': { crashes: /could not parse/ },
    'a binary frame in the middle of a stream: the connection goes on': { crashes: /could not parse/ },
    'a JSON number in the middle of a stream: the connection goes on': numbers,
    'a JSON string in the middle of a stream: the connection goes on': numbers,
    'the type "__proto__" in the middle of a stream: the connection goes on': { crashes: /filter is not a function/ },
    "frames that only look like the provider's in the middle of a stream: the connection goes on": {
      crashes: /must be of type string/,
    },
    'an error event for a context ends the only stream; the connection goes on': { crashes: /injected error/ },
    'an error event without a context ends the only stream; the connection goes on': { crashes: /injected error/ },
  },
  bareLacksWs({ format }) {
    if (format === 'cjs') return undefined;
    return typeof WebSocket === 'undefined' ? { throws: /"ws" peer dependency is required/ } : 'native';
  },
  async load(cell) {
    const { Cartesia } = await loadModule<Pick<Sdk, 'Cartesia'>>(cell, 'index');
    const { TTSWS } = await loadModule<Pick<Sdk, 'TTSWS'>>(cell, 'resources/tts/ws');
    deliver(cell, TTSWS);
    return ({ url, ca }, { listen = true, overlay: options }: DialOptions = {}) => {
      const client = new Cartesia({ baseURL: url, apiKey, maxRetries: 0 });
      if (cell.delivery === 'upstream') {
        return lineOf(new TTSWS(client, { ca, handshakeTimeout: options?.connectTimeout }), listen);
      }
      if (options !== undefined && cell.delivery !== 'bare') overlay(client, options);
      return lineOf(new TTSWS(client, { ca }), listen);
    };
  },
};

function lineOf(ws: VoiceSocket, listen: boolean): Line {
  const heard: unknown[] = [];
  if (listen) ws.on('error', (error) => heard.push(error));
  const used = ws.context({ ...speech, contextId: 'used' });
  const sockets = new Set([ws.socket]);
  return {
    target: ws,
    // Only when it is asked for: the bare SDK crashes where nobody does.
    get opened() {
      return ws.connect();
    },
    heard,
    get closed() {
      sockets.add(ws.socket);
      return [...sockets].every((socket) => socket.readyState === socket.CLOSED);
    },
    get buffered() {
      return ws.socket.bufferedAmount;
    },
    speak: (contextId) => speak(ws.context({ ...speech, contextId })),
    post: (bytes) => ws.send({ ...speech, transcript: 'x'.repeat(bytes), context_id: 'big', continue: true }),
    close: () => ws.close(),
    calls: {
      'context.push()': () => used.push({ transcript: 'late' }),
      'context.push({flush})': () => used.push({ transcript: 'late', flush: true }),
      'context.send()': () => used.send({ transcript: 'late' }),
      'context.flush()': () => used.flush(),
      'context.no_more_inputs()': () => used.no_more_inputs(),
      'context.generate()': () => used.generate({ transcript: 'late' }).next(),
      'context.receive()': () => used.receive().next(),
      'ws.send()': () => ws.send({ ...speech, transcript: 'late', context_id: 'late' }),
      'ws.generate()': () => ws.generate({ ...speech, transcript: 'late' }).next(),
    },
    cancels: {
      'context.cancel()': () => used.cancel(),
      'ws.cancelContext()': () => ws.cancelContext('used'),
    },
    reconnect: () => ws.connect(),
    on: (what, listener) => void ws.on(what === 'message' ? 'event' : 'error', listener),
    destroy() {
      ws.on('error', () => {});
      ws.socket.addEventListener('error', () => {});
      ws.connect().catch(() => {});
      for (const socket of sockets.add(ws.socket)) forceClose(socket as never);
    },
  };
}

function speak(context: Context): Stream {
  const stream = { arrived: 0, ended: read() };
  return stream;

  async function read(): Promise<Error | undefined> {
    try {
      const asked = ask(context);
      // The loop is told as well.
      asked.catch(() => {});
      for await (const event of context.receive()) if (event.type === 'chunk') stream.arrived++;
      await asked;
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }
}

async function ask(context: Context): Promise<void> {
  await context.push({ transcript: 'hello' });
  await context.no_more_inputs();
}
