import type { Loss, Stream } from '../../../connection/streams.ts';

/** What the provider transcribes on one socket, until it says that the session is terminated. */
export class Session implements Stream {
  readonly name = 'session';
  readonly contextId = undefined;
  readonly phase = 'between-chunks';
  #isOpen = true;
  readonly #tell: (cause: Error) => void;

  /** @param tell tells of a cut */
  constructor(tell: (cause: Error) => void) {
    this.#tell = tell;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The provider's own end. */
  end(): void {
    this.#isOpen = false;
  }

  cut(loss: Loss): void {
    this.end();
    this.#tell(loss(this));
  }

  drop(): void {
    this.end();
  }
}
