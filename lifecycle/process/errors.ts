import { scrubError } from '../../core/scrub.ts';

/** More errors than this say nothing new: an interval may throw for ever. */
const most = 100;

/** The errors that nobody has caught. While it listens, they do not end the process. */
export class UncaughtErrors {
  readonly list: Error[] = [];
  readonly #onError: (cause: string, error: Error) => void;

  constructor(onError: (cause: string, error: Error) => void) {
    this.#onError = onError;
  }

  /** Rejections that nobody handles come here too. */
  listen(): void {
    process.on('uncaughtException', this.#take);
  }

  stop(): void {
    process.off('uncaughtException', this.#take);
  }

  #take = (thrown: unknown, origin = 'uncaughtException'): void => {
    const error = scrubError(thrown, []) ?? new Error(String(thrown));
    if (this.list.length < most) this.list.push(error);
    this.#onError(origin, error);
  };
}

const ignore = (): void => {};

/** A terminal or a pipe that has gone must not disturb the shutdown. */
export function ignoreLostOutput(): void {
  for (const output of [process.stdout, process.stderr]) {
    if (!output.listeners('error').includes(ignore)) output.on('error', ignore);
  }
}
