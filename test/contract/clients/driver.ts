import type { Disconnectable } from '../../../core/disconnectable.ts';
import type { Wrap } from '../../support/proxies.ts';
import type { Cell } from '../../support/sdk.ts';
import type { VoiceServer } from '../../support/voice-server.ts';

/** A kind of request. */
export type Kind = 'bytes' | 'sse' | 'list';

/** A client of the SDK, and requests of the usual kinds. Each call settles when its whole body has been read. */
export interface Caller {
  /** The SDK's object. On the bare SDK what hangup adds is not there. */
  readonly client: Disconnectable;
  /** Classes that an app overlays too, because its client does not lead to them. */
  readonly classes?: readonly object[];
  readonly calls: Readonly<Record<Kind, () => Promise<unknown>>>;
  /** Opens a connection through the client. Settles when the client has done its part. */
  connect(server: Pick<VoiceServer, 'url' | 'ca'>): Promise<unknown>;
}

export interface CallerOptions {
  maxRetries?: number;
  /** The app uses what this makes of the client. */
  wrap?: Wrap;
}

export const asIs = <T>(client: T): T => client;

/** Drives the clients of one family of versions. */
export interface ClientDriver {
  /** Name of the SDK. Default: `cartesia`. */
  readonly sdk?: string;
  readonly className: string;
  /** As `targets.ts` names it. */
  readonly family: string;
  /** It looks at the status of a response: after a 500 it retries, and at last rejects. */
  readonly readsStatus: boolean;
  /** `false`: it rejects at once. Default `true`. */
  readonly retries?: false;
  /** Its requests use private members, which no proxy can call: through one, the bare SDK fails too. */
  readonly hasPrivateMembers?: true;
  /** Its connections are WebSockets of Node's own, whose handshakes nobody finds. */
  readonly isNative?: boolean;
  /** The build can connect. Default: all can. */
  connects?(cell: Cell): boolean;
  /** It dials a server with TLS only. Default: a plain one. */
  readonly tls?: true;
  /**
   * The SDK makes of the end of a call whose body is being read what it makes of any abort: an error of its own, or for events
   * a quiet end. Default: the call ends with the reason.
   */
  hidesReason?(kind: Kind, version: string): boolean;
  /** Loads the client's class, in the cell's delivery. */
  load(cell: Cell): Promise<(url: string, options?: CallerOptions) => Caller>;
}

export const speech = {
  model_id: 'sonic-2',
  transcript: 'hello',
  voice: { mode: 'id', id: 'a-voice' },
  output_format: { container: 'raw', encoding: 'pcm_s16le', sample_rate: 16000 },
} as const;

/** Reads whatever a streaming call returns to its end. */
export async function drain(stream: unknown): Promise<void> {
  if (typeof stream !== 'object' || stream === null || !(Symbol.asyncIterator in stream)) return;
  for await (const _ of stream as AsyncIterable<unknown>);
}
