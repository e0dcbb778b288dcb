import type { StreamEndedError, StreamPhase } from '../../core/errors.ts';

/** A loop or a read that waits for a stream, and how far it has come. */
export interface Reader {
  readonly contextId: string | undefined;
  readonly phase: StreamPhase;
}

/** A fault or a lost connection. It makes an error for each reader, because each one has come as far as it has. */
export type Loss = (reader: Reader) => StreamEndedError;

/** Something that the provider sends piece by piece, until its own end message. */
export interface Stream {
  /** Names it in reports. */
  readonly name: string;
  readonly contextId: string | undefined;
  /** Neither its own end message has arrived, nor was it cut or dropped. */
  readonly isOpen: boolean;
  /** Ends it with a cause, once everything that had arrived was delivered. */
  cut(loss: Loss): void;
  /** Ends it quietly and at once. Everything that was not read is dropped. */
  drop(): void;
}

/** One empty list for all connections: they may be thousands. */
export const none: readonly never[] = [];

/** The streams of one connection, and which of them a fault is about. */
export abstract class Streams<S extends Stream = Stream> {
  #onNoneOpen: (() => void) | undefined;

  abstract get open(): readonly S[];
  /** Names of the streams that we ended, and that the provider had not finished. */
  abstract get unfinished(): readonly string[];

  /** Names of the loops that have not ended yet. */
  get unsettled(): readonly string[] {
    return none;
  }

  /** The names of those that are open. */
  get names(): readonly string[] {
    return this.open.map(({ name }) => name);
  }

  /** The provider has not finished something that it was asked for. */
  get isOwed(): boolean {
    return this.open.length > 0;
  }

  /** Loops on streams that the provider has finished read the rest by themselves: the end does not concern them any more. */
  letGoOfFinished(): void {}

  protected of(contextId: string): readonly S[] {
    return this.open.filter((stream) => stream.contextId === contextId);
  }

  /** Tells whom a fault concerns: the context that it names, or else the only open stream, if there is just one. */
  concernedBy(contextId: unknown): readonly S[] {
    if (typeof contextId === 'string' && contextId !== '') return this.of(contextId);
    const { open } = this;
    return open.length === 1 ? open : [];
  }

  /** Ends the streams that a fault concerns. Returns false when there are none. */
  cutConcerned(contextId: unknown, loss: Loss): boolean {
    const concerned = this.concernedBy(contextId);
    for (const stream of concerned) stream.cut(loss);
    this.noteEnd();
    return concerned.length > 0;
  }

  /** A stream may have ended by itself. */
  noteEnd(): void {
    if (this.#onNoneOpen !== undefined && this.open.length === 0) this.#onNoneOpen();
  }

  /** @returns a promise of the time when all have ended, `undefined` when none is open */
  whenNoneOpen(): Promise<void> | undefined {
    if (this.open.length === 0) return undefined;
    return new Promise((resolve) => {
      this.#onNoneOpen = resolve;
    });
  }

  /** The connection is lost. */
  cut(loss: Loss): void {
    for (const stream of this.open) stream.cut(loss);
  }

  /** We end the connection. */
  abstract drop(): void;

  /** The connection is lost after we have dropped its streams: the provider will finish nothing any more. */
  abstract forget(): void;
}

/** Streams that are added when they begin, and open until they have ended. They are few. */
export class StreamSet<S extends Stream = Stream> extends Streams<S> {
  #streams: readonly S[] = none;
  #unfinished: readonly string[] = none;

  add(stream: S): void {
    this.#streams = this.open.concat(stream);
  }

  delete(stream: S): void {
    this.#remove(stream);
    this.noteEnd();
  }

  #remove(stream: S): void {
    this.#streams = this.#streams.filter((one) => one !== stream);
  }

  /** Nobody tells of a stream that has ended by itself. */
  get open(): readonly S[] {
    if (this.#streams.length > 0) this.#streams = this.#streams.filter(({ isOpen }) => isOpen);
    return this.#streams;
  }

  get unfinished(): readonly string[] {
    return this.#unfinished;
  }

  override cut(loss: Loss): void {
    super.cut(loss);
    this.#streams = none;
  }

  drop(): void {
    const { open } = this;
    this.#unfinished = open.length === 0 ? none : open.map(({ name }) => name);
    for (const stream of open) {
      this.#remove(stream);
      stream.drop();
    }
  }

  forget(): void {
    this.#unfinished = none;
  }
}
