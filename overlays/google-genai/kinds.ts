import type { Kind } from '../sdk.ts';

/** Nothing listens there, and no name has to be resolved. */
export const clientOptions = { apiKey: 'a-key-for-nobody', httpOptions: { baseUrl: 'https://127.0.0.1:9' } };

interface Sender {
  sendClientContent(content: object): void;
}
interface Client {
  models: { generateContent(request: object): unknown };
}

/** The families of the classes that users import, outside of the runtime. */
export const kinds = {
  session: {
    role: 'connection',
    declares: "close(): ReturnType<Disconnectable['disconnect']>;",
    probe: {
      // The SDK makes one when its socket is open. This one has none.
      make: (Class) => new Class({ send() {}, close() {} }, { isVertexAI: () => false }) as Sender,
      late: (session) => (session as Sender).sendClientContent({ turns: 'hello' }),
    },
  },
  client: {
    role: 'client',
    named: true,
    probe: {
      make: (Class) => new Class(clientOptions) as Client,
      late: (client) => (client as Client).models.generateContent({ model: 'a-model', contents: 'hello' }),
    },
  },
} as const satisfies Readonly<Record<string, Kind>>;
