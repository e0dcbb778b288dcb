import { setMember } from '../../overlay.ts';

export interface EndableIterator {
  /** The SDK's own. */
  readonly iterator: AsyncIterator<unknown>;
  /** Ends it when what has arrived was taken: with a cause, or quietly. */
  end(cause?: Error): void;
}

type Next = () => Promise<IteratorResult<unknown>>;

/**
 * Makes an iterator of `emittery` endable. Its `next()` calls `this.next()` when it has waited and when it is over, so
 * with a `this` of ours it tells whether something is left.
 */
export function endable(iterator: AsyncIterator<unknown>): EndableIterator {
  const { next } = iterator;
  const sdkNext = (then: Next): Promise<IteratorResult<unknown>> => next.call({ next: then } as never);
  let isEnded = false;
  let isOver = false;
  let cause: Error | undefined;
  let waiting = 0;
  const settled = () => {
    waiting--;
  };
  const over: Next = async () => {
    isOver = true;
    if (cause !== undefined) throw cause;
    return { done: true, value: undefined };
  };
  const again: Next = () => (isOver ? over() : sdkNext(isEnded ? over : again));
  /** Before 1.3.0 nobody tells `emittery` that nothing more will come, and it waits; it stops when it is left. */
  const release = () => {
    if (waiting === 0) return;
    isOver = true;
    void iterator.return?.();
  };
  const value: Next = () => {
    if (isOver) return over();
    waiting++;
    const taken = sdkNext(isEnded ? over : again);
    taken.then(settled, settled);
    if (isEnded) setTimeout(release);
    return taken;
  };
  setMember(iterator, 'next', { value, writable: true });
  return {
    iterator,
    end(why) {
      if (isEnded) return;
      isEnded = true;
      cause = why;
      setTimeout(release);
    },
  };
}
