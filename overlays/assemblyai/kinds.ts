import type { Kind } from '../sdk.ts';

/** Nothing listens there, and no name has to be resolved. */
const nowhere = 'wss://127.0.0.1:9';
export const clientOptions = { apiKey: 'a-key-for-nobody', baseUrl: 'https://127.0.0.1:9' };

interface Sender {
  connect(): Promise<unknown>;
  sendAudio(audio: Uint8Array): void;
}
interface Client {
  transcripts: { list(): unknown };
}

/** Every family, outside of the runtime. */
export const kinds = {
  transcriber: {
    role: 'connection',
    declares:
      "close(waitForSessionTermination?: boolean, terminationTimeout?: number): ReturnType<Disconnectable['disconnect']>;",
    probe: {
      make: (Class) =>
        new Class({ ...clientOptions, sampleRate: 16_000, websocketBaseUrl: nowhere, realtimeUrl: nowhere }) as Sender,
      open: (transcriber) => (transcriber as Sender).connect(),
      late: (transcriber) => (transcriber as Sender).sendAudio(new Uint8Array(2)),
    },
  },
  client: {
    role: 'client',
    named: true,
    probe: {
      make: (Class) => new Class({ ...clientOptions }) as Client,
      late: (client) => (client as Client).transcripts.list(),
    },
  },
} as const satisfies Readonly<Record<string, Kind>>;
