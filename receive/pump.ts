import { onAbort } from '../core/deadline.ts';
import type { StreamEnd } from '../core/errors.ts';
import { scrubError } from '../core/scrub.ts';

/** The side of a queue that a pump sees. */
interface Sink<T> {
  readonly ended: boolean;
  push(item: T): boolean;
  room(): Promise<void>;
  end(cause?: Error | StreamEnd): boolean;
}

/**
 * Pushes a source into a queue until one of them ends.
 *
 * @param onEnd the functions that the queue calls when it ends
 */
export function pump<T>(
  source: AsyncIterable<T>,
  sink: Sink<T>,
  onEnd: Set<() => void>,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve) => {
    let iterator: AsyncIterator<T> | undefined;
    let off: (() => void) | undefined;
    const leave = () => {
      onEnd.delete(stop);
      off?.();
      off = undefined;
      resolve();
    };
    // The queue has ended before the source: the source lets go of what it holds, as after a `break`.
    const stop = () => {
      leave();
      letGo(iterator);
      iterator = undefined;
    };
    const run = async () => {
      try {
        iterator = source[Symbol.asyncIterator]();
        while (!sink.ended) {
          const result: unknown = await iterator.next();
          if (Object(result) !== result) throw new TypeError(`next() of the source gave no object: ${String(result)}`);
          const { done, value } = result as IteratorResult<T>;
          if (done) {
            leave();
            sink.end({});
            return;
          }
          if (!sink.push(value)) await sink.room();
        }
        stop();
      } catch (error) {
        leave();
        sink.end(asError(error));
      }
    };
    onEnd.add(stop);
    if (signal?.aborted) sink.end();
    else if (signal !== undefined) off = onAbort(signal, () => sink.end());
    run();
  });
}

/** Nobody waits for it: a generator or a stream that waits for its next item answers only when that has come. */
async function letGo(iterator: AsyncIterator<unknown> | undefined): Promise<void> {
  try {
    await iterator?.return?.();
  } catch {
    // The queue has its end already.
  }
}

/** Anything can be thrown. */
function asError(thrown: unknown): Error {
  try {
    return scrubError(thrown, []) ?? new Error(`the source threw ${thrown}`);
  } catch {
    return new Error('the source threw a value that cannot be read');
  }
}
