import { overlay } from '../../../overlays/cartesia/index.ts';
import { forceClose } from '../../../overlays/sockets/destroy.ts';
import { deliver, loadModule } from '../../support/cells.ts';
import type { Context, Sdk, VoiceSocket } from '../../support/sdk.ts';
import { silent } from '../defects.ts';
import type { DialOptions, Driver, Line, SocketCell, Stream } from '../driver.ts';
import { speech } from '../families/context-router/stage.ts';
import type { Bare } from '../play.ts';
import { apiKey, hasHangup } from '../stage.ts';

/** The bare SDK crashes with this when a CONNECTING socket is closed. */
const closedEarly = { crashes: /closed before the connection (was|is) established/ };
/** 3.0.0 looks for `context_id` in them. */
const numbers = ({ version }: SocketCell): Bare => (version === '3.0.0' ? { crashes: /'in' operator/ } : 'passes');
/** The shutdown calls in each kind of handshake that stalls. */
const whileConnecting: readonly string[] = ['tcp-silence', 'tls-stall', 'upgrade-stall'].flatMap((greeting) =>
  ['disconnect', 'force'].map((call) => `${call}-while-connecting-${greeting}`),
);

/** `TTSWS`: many contexts on one socket. */
export const contextRouter: Driver = {
  classNames: ['TTSWS'],
  tls: true,
  traits: { reconnects: false, reopens: false, told: 'throws' },
  isCancel: ({ cancel }) => cancel === true,
  listeners: ['message', 'error'],
  badFrames: {
    'a chunk whose data is a number': '{"type":"chunk","context_id":"$CTX","data":5,"done":false}',
    'a chunk without data': '{"type":"chunk","context_id":"$CTX","done":false}',
  },
  bare: {
    'told-once': silent,
    'mid-stream': silent,
    'own-close-mid-stream': silent,
    'in-a-message-listener': silent,
    'in-a-message-listener-forced': silent,
    ...Object.fromEntries(whileConnecting.map((id) => [id, closedEarly])),
    'disconnect-in-the-tick-of-connect': closedEarly,
    'force-in-the-tick-of-connect': closedEarly,
    'own-close-while-connecting': closedEarly,
    'connect-a-401': { crashes: /401/ },
    'connect-a-reset': { crashes: /ECONNRESET/ },
    'connect-refused': { crashes: /ECONNREFUSED/ },
    'failed-attempt-unawaited': { crashes: /401/ },
    'frame-malformed-json': { crashes: /could not parse/ },
    'frame-a-binary-frame': { crashes: /could not parse/ },
    'frame-a-json-number': numbers,
    'frame-a-json-string': numbers,
    'frame-the-type-proto': { crashes: /filter is not a function/ },
    'look-alike-frames': {
      crashes: /must be of type string/,
    },
    'error-event-named': { crashes: /injected error/ },
    'error-event-nameless': { crashes: /injected error/ },
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
      if (options !== undefined && hasHangup(TTSWS.prototype)) overlay(client, options);
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
