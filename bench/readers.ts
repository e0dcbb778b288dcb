import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { WebSocket } from 'ws';
import type { RealtimeSdk } from '../test/contract/drivers/realtime.ts';
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

/** `OpenAIRealtimeWS`, whose events go to listeners. */
export const sessionReader: MakeReader = async (side) => {
  const folder = copyOf(side, 'openai');
  const { OpenAI, OpenAIRealtimeWS } = { ...require(folder), ...require(join(folder, 'realtime/ws')) } as RealtimeSdk;
  if (side === 'patched' && !isControl()) {
    const { overlay } = await import(pathToFileURL(join(dist, 'overlays/openai/index.js')).href);
    overlay(OpenAIRealtimeWS);
  }
  const feed = new Feed();
  const client = new OpenAI({ baseURL: 'https://localhost', apiKey });
  const ws = new OpenAIRealtimeWS({ model: 'a-model', options: { createConnection: () => feed } }, client);
  let deltas = 0;
  let done = () => {};
  ws.on('event', ({ type }) => {
    if (type === 'response.output_audio.delta') deltas++;
    else if (type === 'response.done') done();
  });
  await new Promise((resolve) => ws.socket.once('open', resolve));
  return {
    socket: ws.socket,
    play(messages, bytes) {
      const delta = { type: 'response.output_audio.delta', event_id: 'e', response_id: 'r', delta: audio(bytes) };
      feed.play(streamOf(messages, delta, { type: 'response.done', event_id: 'e', response: { id: 'r' } }));
    },
    async read() {
      deltas = 0;
      const finished = new Promise<void>((resolve) => {
        done = resolve;
      });
      ws.send({ type: 'response.create' });
      await finished;
      return deltas;
    },
  };
};
