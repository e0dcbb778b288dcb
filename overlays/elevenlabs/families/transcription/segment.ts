import type { StreamSet } from '../../../connection/streams.ts';
import { ToldStream } from '../../../connection/told-stream.ts';
import type { Audio } from './shapes.ts';

/** The audio since the last committed transcript: the provider still owes its transcript. */
export class Segment {
  readonly #streams: StreamSet<ToldStream>;
  /** Commits that the provider has not answered. */
  #commits = 0;
  /** Audio was sent after the last commit. */
  #hasRest = false;

  constructor(streams: StreamSet<ToldStream>) {
    this.#streams = streams;
  }

  /** The provider waits for a commit, or for silence, before it transcribes the rest. */
  get needsCommit(): boolean {
    return this.#hasRest;
  }

  onSent({ audioBase64, commit }: Audio): void {
    if (audioBase64) this.#hasRest = true;
    if (commit) this.onCommit();
    if (this.#hasRest) this.#begin();
  }

  onCommit(): void {
    this.#commits++;
    this.#hasRest = false;
    this.#begin();
  }

  /** The provider has committed: because it was asked, or because it has heard silence. */
  onCommitted(): void {
    if (this.#commits > 0) this.#commits--;
    else this.#hasRest = false;
    if (this.#commits === 0 && !this.#hasRest) this.end();
  }

  /** The provider has finished it, or has reported an error instead. */
  end(): void {
    this.#commits = 0;
    this.#hasRest = false;
    for (const stream of this.#streams.open) {
      stream.end();
      this.#streams.delete(stream);
    }
  }

  #begin(): void {
    // The connection itself tells of a loss.
    if (this.#streams.open.length === 0) this.#streams.add(new ToldStream('segment', () => {}));
  }
}
