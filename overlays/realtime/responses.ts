import { type Stream, StreamSet } from '../connection/streams.ts';

/** One response of the provider, from `response.created` to `response.done`. */
export class ActiveResponse implements Stream {
  readonly contextId: string;
  /** It is of the default conversation, which has one response at a time. */
  readonly isExclusive: boolean;
  /** Settles when it is over, with the status that the provider gives it. `undefined`: the connection was lost. */
  readonly over: Promise<unknown>;
  isOpen = true;
  /** It was asked to stop. */
  isCancelled = false;
  #end: (status: unknown) => void = () => {};

  constructor(id: string, isExclusive: boolean) {
    this.contextId = id;
    this.isExclusive = isExclusive;
    this.over = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  get name(): string {
    return `response ${this.contextId}`;
  }

  end(status?: unknown): void {
    this.isOpen = false;
    this.#end(status);
  }

  cut(): void {
    this.end();
  }

  /** Its events go on arriving until the socket is closed, as they do after the SDK's own `close()`. */
  drop(): void {}
}

/** The responses that the provider is making. */
export class Responses extends StreamSet<ActiveResponse> {
  readonly #onForget: () => void;

  constructor(onForget: () => void) {
    super();
    this.#onForget = onForget;
  }

  override get unfinished(): readonly string[] {
    return this.open.map(({ name }) => name);
  }

  find(id: unknown): ActiveResponse | undefined {
    return this.open.find(({ contextId }) => contextId === id);
  }

  /** The door is closed: they are cancelled in a step of its own. */
  override drop(): void {}

  /** The provider will end nothing any more. */
  override forget(): void {
    this.#onForget();
  }
}
