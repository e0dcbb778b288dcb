import type { Kind } from '../sdk.ts';

/** Nothing listens there, and no name has to be resolved. */
export const clientOptions = { apiKey: 'a-key-for-nobody', baseUrl: 'https://127.0.0.1:9' };

const silence = { start() {}, stop() {}, output() {}, interrupt() {} };
export const conversationOptions = {
  client: {},
  agentId: 'an-agent',
  requiresAuth: false,
  audioInterface: silence,
};

interface Transcription {
  setWebSocket(socket: object): void;
  send(data: { audioBase64: string }): void;
}
interface Conversation {
  startSession(): Promise<void>;
}
interface Client {
  models: { list(): unknown };
}

/** Every family, outside of the runtime. */
export const kinds = {
  transcription: {
    role: 'connection',
    declares: "close(): ReturnType<Disconnectable['disconnect']>;",
    probe: {
      make: (Class) => new Class(16_000) as Transcription,
      // The SDK opens the socket first, too. A probe has put a class there that dials nothing.
      open(connection) {
        const { WebSocket } = globalThis as unknown as { WebSocket: new (url: string) => object };
        (connection as Transcription).setWebSocket(new WebSocket('wss://127.0.0.1:9'));
      },
      late: (connection) => (connection as Transcription).send({ audioBase64: '' }),
    },
  },
  conversation: {
    role: 'connection',
    declares: "endSession(): ReturnType<Disconnectable['disconnect']>;",
    probe: {
      make: (Class) => new Class(conversationOptions) as Conversation,
      open: (conversation) => void (conversation as Conversation).startSession().catch(() => {}),
      late: (conversation) => (conversation as Conversation).startSession(),
    },
  },
  client: {
    role: 'client',
    probe: {
      make: (Class) => new Class({ ...clientOptions }) as Client,
      late: (client) => (client as Client).models.list(),
    },
  },
} as const satisfies Readonly<Record<string, Kind>>;
