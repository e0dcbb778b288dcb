import type { Faults } from '../../../connection/faults.ts';
import type { SocketEnd } from '../../../sockets/socket.ts';
import type { AudioSource, ServerMessage, WebSocketWrapper } from './shapes.ts';
import { Stream, streamOf } from './stream.ts';

/** The sources of one connection, and who of them is meant by a message. */
export class Streams {
  /** Those that have not ended. */
  readonly #open = new Set<Stream>();
  /** What we ended before the provider did, by name. */
  unfinished: string[] = [];
  readonly #ws: WebSocketWrapper;
  /** The class's own members. */
  readonly #sdk: AudioSource;
  readonly #faults: Faults;

  constructor(ws: WebSocketWrapper, sdk: AudioSource, faults: Faults) {
    this.#ws = ws;
    this.#sdk = sdk;
    this.#faults = faults;
  }

  /** The SDK has made a source for a request. */
  enter(contextId: string): void {
    const source = this.#ws.sources.get(contextId);
    if (source !== undefined) this.#open.add(new Stream(source, contextId, this.#sdk));
  }

  /** Those of a live instance. */
  adopt(): void {
    for (const [contextId, { isDone }] of this.#ws.sources) if (!isDone) this.enter(contextId);
  }

  // -- messages --

  /**
   * Follows `handleMessage` (4.2.0: lines 141-170), also in what it prints; and besides, a fault ends whom it concerns
   * with its cause, and one that names no context not just the first source that there ever was.
   */
  receive(frame: unknown): void {
    let message: ServerMessage | null | undefined;
    try {
      message = JSON.parse(String(frame)) as ServerMessage | null;
      this.#route(message!);
    } catch (error) {
      console.error('Error parsing message:', error);
      // JSON's null says nothing, and means nothing.
      if (message !== null)
        this.#fail(message?.context_id, 'the provider sent a message that the SDK cannot read', error);
    }
  }

  #route(message: ServerMessage): void {
    const { sources, defaultSource } = this.#ws;
    const contextId = message.context_id;
    const source = (contextId ? sources.get(contextId as string) : undefined) ?? defaultSource;
    if (message.type === 'chunk') {
      const audio = decode(message.data);
      if (source !== null) deliver(source, audio);
    } else if (message.type === 'done') {
      if (source !== null) this.#finish(source);
    } else if (message.type === 'error') {
      console.error('Server error:', message);
      const cause = new Error(this.#faults.scrub(JSON.stringify(message), 500));
      this.#fail(contextId, 'the provider reported an error', cause);
    }
  }

  /** Of several requests on one context, the SDK knows the last; the end of the context is that of all. */
  #finish(source: AudioSource): void {
    const contextId = streamOf(source)?.contextId;
    source.markDone();
    for (const stream of this.#open) {
      if (stream.source !== source && stream.contextId !== contextId) continue;
      this.#open.delete(stream);
      stream.finish();
    }
  }

  #fail(contextId: unknown, what: string, cause: unknown): void {
    for (const stream of this.#concerned(contextId)) {
      this.#open.delete(stream);
      stream.fail(this.#faults.streamEnded(stream, { what, cause }));
    }
  }

  /** The streams of the context that is named; where none is, or none that is known, the only open one. */
  #concerned(contextId: unknown): Stream[] {
    const open = this.#notDone();
    if (this.#ws.sources.has(contextId as string)) return open.filter((stream) => stream.contextId === contextId);
    return open.length === 1 ? open : [];
  }

  /** `markDone()` is public: a user's call ends a stream, too. */
  #notDone(): Stream[] {
    return [...this.#open].filter(({ source }) => !source.isDone);
  }

  // -- ends --

  /** The connection is lost. */
  cut(end: SocketEnd): void {
    for (const stream of this.#notDone()) stream.fail(this.#faults.streamEnded(stream, end));
    this.#open.clear();
  }

  /** Ended by us. */
  drop(): void {
    const open = this.#notDone();
    this.unfinished = open.map(({ contextId }) => `context ${contextId}`);
    for (const stream of open) stream.drop();
    this.#open.clear();
  }

  forgetUnfinished(): void {
    this.unfinished = [];
  }

  /** Before another socket is opened: what was said on the one before concerns nobody. */
  forget(): void {
    this.forgetUnfinished();
    this.#ws.sources.clear();
    this.#ws.defaultSource = null;
  }
}

function deliver(source: AudioSource, audio: Uint8Array): void {
  const stream = streamOf(source);
  if (stream === undefined) source.push(audio);
  else stream.deliver(audio);
}

function decode(data: unknown): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data, 'base64');
  throw new TypeError(`the audio of a chunk is ${data === null ? 'null' : `of type ${typeof data}`}`);
}
