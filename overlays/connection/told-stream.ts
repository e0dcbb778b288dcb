import type { Loss, Stream } from './streams.ts';

/** A stream that no loop reads: a callback is told when it is cut. */
export class ToldStream implements Stream {
  readonly name: string;
  readonly contextId = undefined;
  readonly phase = 'between-chunks';
  #isOpen = true;
  readonly #tell: (cause: Error) => void;

  /** @param tell tells of a cut */
  constructor(name: string, tell: (cause: Error) => void) {
    this.name = name;
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
