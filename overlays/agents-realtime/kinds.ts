import type { Kind } from '../sdk.ts';

interface Sender {
  connect(options: object): Promise<unknown>;
  sendMessage(message: string, otherEventData: object): void;
}

/** Nothing listens there, and no name has to be resolved. */
const nowhere = { apiKey: 'a-key-for-nobody', url: 'wss://127.0.0.1:9' };

const probe = {
  open: (object: object) => (object as Sender).connect(nowhere),
  late: (object: object) => (object as Sender).sendMessage('hello', {}),
};

const declares = "close(): ReturnType<Disconnectable['disconnect']>;";

/** An agent, as far as a session asks it for something. */
export const agent = {
  handoffs: [],
  tools: [],
  getEnabledHandoffs: async () => [],
  getAllTools: async () => [],
  getSystemPrompt: async () => 'You are a test.',
};

/** Every family, outside of the runtime. */
export const kinds = {
  transport: {
    role: 'connection',
    declares,
    probe: { ...probe, make: (Class) => new Class({ model: 'a-model' }) },
  },
  session: {
    role: 'connection',
    declares,
    probe: { ...probe, make: (Class) => new Class(agent, { transport: 'websocket' }) },
  },
} as const satisfies Readonly<Record<string, Kind>>;
