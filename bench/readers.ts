import { createRequire } from 'node:module';
import { join } from 'node:path';
import tls from 'node:tls';
import { pathToFileURL } from 'node:url';
import { WebSocket } from 'ws';
import type { AgentsSdk } from '../test/contract/drivers/agents-realtime.ts';
import type { GenAISdk, LiveMessage } from '../test/contract/drivers/live.ts';
import type { RealtimeSdk } from '../test/contract/drivers/realtime.ts';
import { config, onMessage, type RecognizerClass } from '../test/contract/drivers/recognizer.ts';
import { type ClientClass, optionsFor } from '../test/contract/drivers/streaming.ts';
import { parametersFor, type TranscriberClass } from '../test/contract/drivers/transcriber.ts';
import type { TranscriptionClass } from '../test/contract/drivers/transcription.ts';
import type { VoiceEvent } from '../test/support/sdk.ts';
import { Feed, frame } from './feed.ts';
import { copyOf, dist, isControl, loadSdk, speech } from './sdks.ts';
import type { Pair } from './stats.ts';

const require = createRequire(import.meta.url);
const apiKey = 'sk_car_bench';

/** Reads streams over one open connection, whose provider is in memory. */
export interface Reader {
  readonly socket: WebSocket;
  /** Prepares the frames of the next stream. */
  play(messages: number, bytes: number): void;
  /** Asks for the stream. Resolves to the number of messages that arrived. */
  read(): Promise<number>;
}
export type MakeReader = (side: keyof Pair) => Promise<Reader>;

const audio = (bytes: number) => Buffer.alloc(bytes, 7).toString('base64');
const streamOf = (messages: number, message: object, last: object) =>
  Buffer.concat([...Array.from({ length: messages }, () => frame(message)), frame(last)]);

const contextId = 'bench';

/** `TTSWS` of Cartesia, by one of its two loops. */
export function contextReader(kind: 'receive' | 'generate'): MakeReader {
  return async (side) => {
    const { Cartesia } = loadSdk(side);
    const feed = new Feed();
    const client = new Cartesia({ baseURL: 'https://localhost', apiKey });
    const ws = await client.tts.websocket({ createConnection: () => feed });
    return {
      socket: ws.socket,
      play(messages, bytes) {
        const chunk = { type: 'chunk', context_id: contextId, data: audio(bytes) };
        feed.play(streamOf(messages, chunk, { type: 'done', context_id: contextId, done: true }));
      },
      async read() {
        const context = ws.context({ ...speech, contextId });
        let stream: AsyncGenerator<VoiceEvent>;
        if (kind === 'receive') {
          stream = context.receive();
          await context.send({ transcript: 'hello', continue: false });
        } else stream = context.generate({ transcript: 'hello' });
        let chunks = 0;
        for await (const event of stream) if (event.type === 'chunk') chunks++;
        return chunks;
      },
    };
  };
}

/** Overlays a class or a client on the side of hangup, which is bare too in a control. */
async function overlayOn(side: keyof Pair, sdk: string, target: unknown): Promise<void> {
  if (side === 'bare' || isControl()) return;
  const { overlay } = await import(pathToFileURL(join(dist, `overlays/${sdk}/index.js`)).href);
  overlay(target);
}

/** Connects an SDK that takes no connection of its user: the TLS connection that it opens is the provider in memory. */
async function connectTo<R>(feed: Feed, connect: () => PromiseLike<R>): Promise<R> {
  const before = tls.connect;
  tls.connect = (() => feed) as never;
  try {
    return await connect();
  } finally {
    tls.connect = before;
  }
}

/** Loads a module of an SDK that has no patches on disk, and overlays one of its classes on the side of hangup. */
async function load<Module extends object>(
  side: keyof Pair,
  sdk: string,
  file: string,
  className: keyof Module,
  packageName = sdk,
) {
  const module: Module = require(join(copyOf(side, packageName), file));
  await overlayOn(side, sdk, module[className]);
  return module;
}

/** `OpenAIRealtimeWS`, whose events go to listeners. */
export const sessionReader: MakeReader = async (side) => {
  const { OpenAI } = await load<Pick<RealtimeSdk, 'OpenAI'>>(side, 'openai', 'index.js', 'OpenAI');
  const { OpenAIRealtimeWS } = await load<Pick<RealtimeSdk, 'OpenAIRealtimeWS'>>(
    side,
    'openai',
    'realtime/ws.js',
    'OpenAIRealtimeWS',
  );
  const feed = new Feed();
  const client = new OpenAI({ baseURL: 'https://localhost', apiKey });
  const ws = new OpenAIRealtimeWS({ model: 'a-model', options: { createConnection: () => feed } }, client);
  const counter = new Counter();
  // It hears of the end.
  ws.on('error', () => {});
  ws.on('event', ({ type }) => counter.note(type === 'response.done'));
  await new Promise((resolve) => ws.socket.once('open', resolve));
  return {
    socket: ws.socket,
    play(messages, bytes) {
      const delta = { type: 'response.output_audio.delta', event_id: 'e', response_id: 'r', delta: audio(bytes) };
      feed.play(streamOf(messages, delta, { type: 'response.done', event_id: 'e', response: { id: 'r' } }));
    },
    read: () => counter.count(() => ws.send({ type: 'response.create' })),
  };
};

/** `StreamingTranscriber` of AssemblyAI, whose turns go to a listener. */
export const transcriberReader: MakeReader = async (side) => {
  type Module = { StreamingTranscriber: TranscriberClass };
  const { StreamingTranscriber } = await load<Module>(side, 'assemblyai', 'dist/node.cjs', 'StreamingTranscriber');
  const feed = new Feed(frame({ type: 'Begin', id: 'a-session', expires_at: 0 }));
  const ws = new StreamingTranscriber(parametersFor({ url: 'https://localhost' }));
  const counter = new Counter();
  ws.on('close', () => {});
  ws.on('error', () => {});
  ws.on('turn', (turn) => counter.note((turn as { end_of_turn: boolean }).end_of_turn));
  await connectTo(feed, () => ws.connect());
  return {
    socket: ws.socket!,
    play(messages, bytes) {
      const turn = { type: 'Turn', turn_order: 1, words: [], transcript: 'x'.repeat(bytes) };
      feed.play(streamOf(messages, { ...turn, end_of_turn: false }, { ...turn, end_of_turn: true }));
    },
    read: () => counter.count(() => ws.sendAudio(new Uint8Array(64))),
  };
};

/** `RealtimeConnection` of ElevenLabs, whose transcripts go to a listener. */
export const transcriptionReader: MakeReader = async (side) => {
  type Module = { RealtimeConnection: TranscriptionClass };
  const file = 'wrapper/realtime/connection.js';
  const { RealtimeConnection } = await load<Module>(side, 'elevenlabs', file, 'RealtimeConnection');
  const feed = new Feed();
  const ws = new RealtimeConnection(16_000);
  const counter = new Counter();
  ws.on('close', () => {});
  ws.on('error', () => {});
  ws.on('partial_transcript', () => counter.note(false));
  ws.on('committed_transcript', () => counter.note(true));
  const socket = new WebSocket('wss://localhost', { createConnection: () => feed as never });
  ws.setWebSocket(socket);
  await new Promise((resolve) => socket.once('open', resolve));
  return {
    socket,
    play(messages, bytes) {
      const text = 'x'.repeat(bytes);
      const partial = { message_type: 'partial_transcript', text };
      feed.play(streamOf(messages, partial, { message_type: 'committed_transcript', text }));
    },
    read: () => counter.count(() => ws.send({ audioBase64: 'AAAA' })),
  };
};

/** `Session` of Google GenAI, whose messages go to a callback. */
export const liveReader: MakeReader = async (side) => {
  const { GoogleGenAI }: GenAISdk = require(join(copyOf(side, '@google/genai'), 'dist/node/index.cjs'));
  const client = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: 'https://localhost' } });
  await overlayOn(side, 'google-genai', client);
  const feed = new Feed();
  const counter = new Counter();
  const onmessage = ({ serverContent }: LiveMessage) => {
    if (serverContent !== undefined) counter.note(serverContent.turnComplete === true);
  };
  feed.play(frame({ setupComplete: {} }));
  const callbacks = { onmessage, onclose() {} };
  const session = await connectTo(feed, () => client.live.connect({ model: 'a-model', callbacks }));
  return {
    socket: session.conn.ws!,
    play(messages, bytes) {
      const parts = [{ inlineData: { mimeType: 'audio/pcm;rate=24000', data: audio(bytes) } }];
      const turn = { serverContent: { modelTurn: { role: 'model', parts } } };
      feed.play(streamOf(messages, turn, { serverContent: { turnComplete: true } }));
    },
    read: () => counter.count(() => session.sendClientContent({ turns: 'hello' })),
  };
};

/** A socket of Deepgram 5.x, whose messages go to a listener. */
export const streamingReader: MakeReader = async (side) => {
  const { DeepgramClient }: { DeepgramClient: ClientClass } = require(
    join(copyOf(side, '@deepgram/sdk'), 'dist/cjs/index.js'),
  );
  const client = new DeepgramClient(optionsFor({ url: 'https://localhost' }));
  await overlayOn(side, 'deepgram', client);
  const feed = new Feed();
  const counter = new Counter();
  const ws = await client.listen.v1.connect({ model: 'a-model' });
  ws.on('close', () => {});
  ws.on('message', (message) => counter.note((message as { is_final?: boolean }).is_final === true));
  await connectTo(feed, () => {
    ws.connect();
    return ws.waitForOpen();
  });
  return {
    socket: ws.socket._ws!,
    play(messages, bytes) {
      const channel = { alternatives: [{ transcript: 'x'.repeat(bytes), confidence: 1, words: [] }] };
      const results = { type: 'Results', channel_index: [0, 1], duration: 1, start: 0, channel };
      feed.play(streamOf(messages, { ...results, is_final: false }, { ...results, is_final: true }));
    },
    read: () => counter.count(() => ws.sendMedia!(new Uint8Array(64))),
  };
};

/** `OpenAIRealtimeWebSocket` of OpenAI's agents, whose events go to listeners. */
export const agentsReader: MakeReader = async (side) => {
  const { OpenAIRealtimeWebSocket } = await load<Pick<AgentsSdk, 'OpenAIRealtimeWebSocket'>>(
    side,
    'agents-realtime',
    'dist/index.js',
    'OpenAIRealtimeWebSocket',
    '@openai/agents-realtime',
  );
  const feed = new Feed();
  const createWebSocket = async () => new WebSocket('wss://localhost', { createConnection: (() => feed) as never });
  const transport = new OpenAIRealtimeWebSocket({ createWebSocket });
  const counter = new Counter();
  transport.on('error', () => {});
  transport.on('*', ({ type }) => counter.note(type === 'response.done'));
  await transport.connect({ apiKey });
  return {
    socket: transport.connectionState.websocket!,
    play(messages, bytes) {
      const place = { event_id: 'e', response_id: 'r', item_id: 'i', output_index: 0, content_index: 0 };
      const delta = { type: 'response.output_audio.delta', ...place, delta: audio(bytes) };
      feed.play(streamOf(messages, delta, { type: 'response.done', event_id: 'e', response: { id: 'r' } }));
    },
    read: () => counter.count(() => transport.sendEvent({ type: 'response.create' })),
  };
};

/** `RealtimeClient` of Speechmatics, whose messages go to a listener. */
export const recognizerReader: MakeReader = async (side) => {
  type Module = { RealtimeClient: RecognizerClass };
  const packageName = '@speechmatics/real-time-client';
  const { RealtimeClient } = await load<Module>(side, 'speechmatics', 'dist/index.js', 'RealtimeClient', packageName);
  const feed = new Feed();
  const client = new RealtimeClient({ url: 'wss://localhost/v2' });
  feed.play(frame({ message: 'RecognitionStarted', id: 'a-session' }));
  await connectTo(feed, () => client.start(apiKey, config));
  const counter = new Counter();
  onMessage(client, ({ message }) => counter.note(message === 'AddTranscript'));
  return {
    socket: client.socket!,
    play(messages, bytes) {
      const part = { metadata: { start_time: 0, end_time: 1, transcript: 'x'.repeat(bytes) }, results: [] };
      feed.play(
        streamOf(messages, { message: 'AddPartialTranscript', ...part }, { message: 'AddTranscript', ...part }),
      );
    },
    read: () => counter.count(() => client.sendAudio(new Uint8Array(64))),
  };
};

/** Counts what a listener hears before the last message of a stream. */
class Counter {
  #count = 0;
  #finish = () => {};

  note(isLast: boolean): void {
    if (isLast) this.#finish();
    else this.#count++;
  }

  async count(ask: () => void): Promise<number> {
    this.#count = 0;
    const finished = new Promise<void>((resolve) => {
      this.#finish = resolve;
    });
    ask();
    await finished;
    return this.#count;
  }
}
