import type { Faults } from '../../../connection/faults.ts';
import { StreamSet } from '../../../connection/streams.ts';
import type { AudioSource, ServerMessage, SpeechRequest, WebSocketWrapper } from './shapes.ts';
import { SourceStream, streamOf } from './source.ts';

/** The sources of one connection, and to which of them a message goes. */
export class Sources extends StreamSet<SourceStream> {
  readonly #ws: WebSocketWrapper;
  /** The class's own members. */
  readonly #sdk: AudioSource;
  readonly #faults: Faults;

  constructor(ws: WebSocketWrapper, sdk: AudioSource, faults: Faults) {
    super();
    this.#ws = ws;
    this.#sdk = sdk;
    this.#faults = faults;
  }

  /** The SDK has made a source for a request. */
  enter(contextId: string, request?: SpeechRequest): void {
    const source = this.#ws.sources.get(contextId);
    if (source !== undefined) this.add(new SourceStream(source, contextId, this.#sdk, request));
  }

  /** Takes over the sources of a live instance. */
  adopt(): void {
    for (const [contextId, { isDone }] of this.#ws.sources) if (!isDone) this.enter(contextId);
  }

  /**
   * Follows `handleMessage`, also in what it prints. Besides, a fault ends the streams that it concerns with its cause, and
   * a fault that names no context does not just end the first source that there ever was.
   */
  receive(frame: unknown): void {
    let message: ServerMessage | null | undefined;
    try {
      message = JSON.parse(String(frame)) as ServerMessage | null;
      this.#route(message!);
    } catch (error) {
      console.error('Error parsing message:', error);
      // A JSON null concerns nobody.
      if (message === null) return;
      const what = 'the provider sent a message that the SDK cannot read';
      this.#faults.unreadable(what);
      this.#onFault(message?.context_id, what, error);
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
      if (source !== null) this.#end(source);
    } else if (message.type === 'error') {
      console.error('Server error:', message);
      const cause = new Error(this.#faults.scrub(JSON.stringify(message), 500));
      this.#onFault(contextId, 'the provider reported an error', cause);
    }
  }

  /** The SDK knows the last one of several requests on one context; the end of the context is that of all. */
  #end(source: AudioSource): void {
    const contextId = streamOf(source)?.contextId;
    source.markDone();
    if (contextId !== undefined) for (const stream of this.of(contextId)) stream.end();
    this.noteEnd();
  }

  /** A context that the SDK does not know is as good as none. */
  #onFault(contextId: unknown, what: string, cause: unknown): void {
    const isKnown = this.#ws.sources.has(contextId as string);
    this.cutConcerned(isKnown ? contextId : undefined, this.#faults.loss({ what, cause }));
  }

  /** Before another socket is opened: messages of the one before concern nobody. */
  reset(): void {
    this.forget();
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
