import type { Kind } from '../sdk.ts';

/** Nothing listens there, and no name has to be resolved. */
const nowhere = 'wss://127.0.0.1:9';
export const clientOptions = {
  apiKey: 'a-key-for-nobody',
  environment: { base: 'https://127.0.0.1:9', production: nowhere, agent: nowhere },
};

/** The same in the words of 3.x and 4.x. */
export const legacyOptions = {
  key: 'a-key-for-nobody',
  global: { fetch: { options: { url: 'https://127.0.0.1:9' } }, websocket: { options: { url: nowhere } } },
  agent: { websocket: { options: { url: nowhere } } },
};

interface Socket {
  connect(): unknown;
  waitForOpen(): Promise<unknown>;
}
interface Client {
  listen: { v1: { connect(args: object): Promise<Socket> } };
}

interface LegacyClient {
  listen: { live(options: object): LegacySocket };
  manage: { getProjects(): Promise<{ error: { originalError?: unknown } | null }> };
}
interface LegacySocket {
  send(data: unknown): void;
}

const listen = ({ listen }: Client) => listen.v1.connect({ model: 'nova-3' });

/** Every family, outside of the runtime. */
export const kinds = {
  client: {
    role: 'client',
    probe: {
      make: (Class) => new Class(clientOptions) as Client,
      // Its sockets have a class that the SDK keeps to itself.
      async open(client) {
        const socket = await listen(client as Client);
        socket.connect();
        await socket.waitForOpen();
      },
      late: (client) => listen(client as Client),
    },
  },
  live: {
    role: 'connection',
    // With a code, it is the SDK's own call.
    declares:
      'disconnect(force?: boolean | DisconnectOptions): Promise<DisconnectReport>; disconnect(code: number, reason?: string): Promise<DisconnectReport>;',
    probe: {
      make: (Class) => new Class(legacyOptions) as LegacySocket,
      open() {},
      late: (socket) => (socket as LegacySocket).send('{}'),
    },
  },
  'live-client': {
    role: 'client',
    probe: {
      make: (Class) => new Class(legacyOptions) as LegacyClient,
      open: (client) => (client as LegacyClient).listen.live({}),
      // Its requests resolve with their errors.
      async late(client) {
        throw (await (client as LegacyClient).manage.getProjects()).error?.originalError;
      },
    },
  },
  streaming: {
    role: 'connection',
    declares: "close(): ReturnType<Disconnectable['disconnect']>;",
    // A probe of the client opens one.
    probe: { make: (Class) => new Class(clientOptions), late() {} },
  },
} as const satisfies Readonly<Record<string, Kind>>;
