import type { Kind, Probe } from '../sdk.ts';

/** Nothing listens there, and no name has to be resolved. */
const nowhere = 'https://127.0.0.1:9';
/** Options of a client, and a client as its connections see it, in the words of every version. */
export const clientOptions = {
  apiKey: 'a-key-for-nobody',
  baseURL: nowhere,
  baseUrl: nowhere,
  environment: nowhere,
  buildURL: () => nowhere,
};
export const audioFormat = { container: 'raw', encoding: 'pcm_s16le', sampleRate: 16_000 };

interface Sender {
  connect(): Promise<unknown>;
  send(message: object): unknown;
}
interface Client {
  voices: { list(): unknown };
}
interface NestedClient {
  /** 1.0.x */
  fetch?(path: string): unknown;
  /** 1.1.0 and later. */
  _fetch?(path: string): unknown;
  websocket?(options: object): Sender;
}

const clientProbe: Probe<Client> = {
  make: (Class) => new Class(clientOptions) as Client,
  late: ({ voices }) => voices.list(),
};

/** @param make constructs a connection, which `connect()` then opens */
function senderProbe(make: Probe<Sender>['make']): Probe<Sender> {
  return { make, open: (ws) => ws.connect(), late: (ws) => ws.send({}) };
}

/** Making one of these opens it. */
const eventStreamProbe: Probe<Sender> = {
  make: (Class) => new Class(clientOptions, {}) as Sender,
  open() {},
  late: (ws) => ws.send({}),
};

const request = (one: NestedClient) => (one._fetch === undefined ? one.fetch?.('/') : one._fetch('/'));
const nestedClientProbe: Probe<NestedClient> = {
  make: (Class) => new Class(clientOptions) as NestedClient,
  late: request,
};
const nestedSpeakerProbe: Probe<NestedClient> = {
  ...nestedClientProbe,
  open: (speaker) => speaker.websocket?.(audioFormat).connect(),
};

/** Every family, outside of the runtime. */
export const kinds = {
  'context-router': {
    role: 'connection',
    // A receive timeout in ms, which generate() does not have in the published client.
    declares:
      "generate(request: Omit<TTSAPI.GenerationRequest, 'context_id'> & { context_id?: string | null | undefined }, options: { timeout?: number }): AsyncGenerator<TTSAPI.WebsocketResponse>;",
    imports: "import type * as TTSAPI from '@cartesia/cartesia-js/resources/tts/tts';",
    probe: senderProbe((Class) => new Class(clientOptions) as Sender),
  },
  'event-stream': {
    role: 'connection',
    declares: "close(props?: { code: number; reason: string }): ReturnType<Disconnectable['disconnect']>;",
    probe: eventStreamProbe,
  },
  'source-router': {
    role: 'connection',
    replaces: 'disconnect(): void',
    probe: senderProbe((Class) => new Class(clientOptions, audioFormat) as Sender),
  },
  reconnecting: {
    role: 'connection',
    replaces: 'disconnect(): void',
    probe: senderProbe((Class) => new Class(audioFormat, clientOptions) as Sender),
  },
  client: { role: 'client', probe: clientProbe },
  'resource-client': { role: 'client', probe: clientProbe },
  'compat-client': { role: 'client', named: true, probe: clientProbe },
  'nested-client': { role: 'client', named: true, probe: nestedClientProbe },
  'nested-speaker': { role: 'part', probe: nestedSpeakerProbe },
} as const satisfies Readonly<Record<string, Kind>>;
