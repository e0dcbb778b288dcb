import type { Kind } from '../sdk.ts';

/** Nothing listens there, and no name has to be resolved. */
export const nowhere = 'https://127.0.0.1:9/v1';
export const clientOptions = { apiKey: 'a-key-for-nobody', baseURL: nowhere };

interface Sender {
  send(event: object): unknown;
}
interface Client {
  models: { list(): unknown };
}

/** A client as its connections see it. */
const client = {
  ...clientOptions,
  _options: clientOptions,
  authHeaders: () => ({}),
  buildURL: () => nowhere,
};

const closing = "close(props?: { code: number; reason: string }): ReturnType<Disconnectable['disconnect']>;";

/** Every family, outside of the runtime. */
export const kinds = {
  realtime: {
    role: 'connection',
    declares: [
      closing,
      'readonly activeResponses: ReadonlySet<string>;',
      'createResponse(response?: object, options?: { signal?: AbortSignal }): Promise<string>;',
      "cancelResponse(id?: string): Promise<'cancelled' | 'ended' | 'idle' | 'timeout'>;",
      'setVoice(voice: string | { id: string }): Promise<void>;',
    ].join(' '),
    probe: {
      make: (Class) => new Class({ model: 'a-model' }, client) as Sender,
      open() {},
      late: (ws) => (ws as Sender).send({ type: 'response.create' }),
    },
  },
  'event-stream': {
    role: 'connection',
    declares: closing,
    probe: {
      make: (Class) => new Class(client) as Sender,
      open() {},
      late: (ws) => (ws as Sender).send({ type: 'response.create' }),
    },
  },
  client: {
    role: 'client',
    probe: {
      make: (Class) => new Class(clientOptions) as Client,
      late: (client) => (client as Client).models.list(),
    },
  },
} as const satisfies Readonly<Record<string, Kind>>;
