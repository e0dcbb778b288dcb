import type { Target } from './targets.ts';

// What `hangup verify --probe` does with the classes of an installed SDK, in a process of its own and without a network.

type Class = new (...args: unknown[]) => object;

/** How to use a class of one family: just enough to hang up, and to call too late. */
export interface Probe<T> {
  make(Class: Class): T;
  /** Opens its connection, where making it does not. Missing: it has none. */
  open?(object: T): unknown;
  /** A call that would dial, send or request. Too late, it has to fail, by rejecting or by throwing. */
  late(object: T): unknown;
}

/** Nothing listens there, and nothing is to ask. */
const nowhere = 'https://127.0.0.1:9';
/** A client's options, and a client as its connections see it, in the words of every version. */
export const clientOptions = {
  apiKey: 'a-key-for-nobody',
  baseURL: nowhere,
  baseUrl: nowhere,
  environment: nowhere,
  buildURL: () => nowhere,
};
export const anAudioFormat = { container: 'raw', encoding: 'pcm_s16le', sampleRate: 16_000 };

interface Sender {
  connect(): Promise<unknown>;
  send(message: object): unknown;
}
interface Client {
  voices: { list(): unknown };
}
interface NestedClient {
  fetch?(path: string): unknown;
  _fetch?(path: string): unknown;
  websocket?(options: object): Sender;
}

const ofClient: Probe<Client> = {
  make: (Class) => new Class(clientOptions) as Client,
  late: ({ voices }) => voices.list(),
};
/** 1.0.x has `fetch()`. */
const request = (one: NestedClient) => (one._fetch === undefined ? one.fetch?.('/') : one._fetch('/'));

const probes = {
  'context-router': {
    make: (Class) => new Class(clientOptions) as Sender,
    open: (ws) => ws.connect(),
    late: (ws) => ws.send({}),
  } satisfies Probe<Sender>,
  'event-stream': {
    make: (Class) => new Class(clientOptions, {}) as Sender,
    open() {},
    late: (ws) => ws.send({}),
  } satisfies Probe<Sender>,
  'source-router': {
    make: (Class) => new Class(clientOptions, anAudioFormat) as Sender,
    open: (ws) => ws.connect(),
    late: (ws) => ws.send({}),
  } satisfies Probe<Sender>,
  reconnecting: {
    make: (Class) => new Class(anAudioFormat, clientOptions) as Sender,
    open: (ws) => ws.connect(),
    late: (ws) => ws.send({}),
  } satisfies Probe<Sender>,
  client: ofClient,
  'resource-client': ofClient,
  'compat-client': ofClient,
  'nested-client': {
    make: (Class) => new Class(clientOptions) as NestedClient,
    late: request,
  } satisfies Probe<NestedClient>,
  'nested-speaker': {
    make: (Class) => new Class(clientOptions) as NestedClient,
    open: (speaker) => speaker.websocket?.(anAudioFormat).connect(),
    late: request,
  } satisfies Probe<NestedClient>,
} as const;

export const probeOf = (family: Target['family']): Probe<object> => probes[family] as Probe<object>;
