import { setMember } from '../../../foreign/members.ts';

export interface EndableIterator {
  /** The SDK's own. */
  readonly iterator: AsyncIterator<unknown>;
  /** Ends it once everything that had arrived was taken: with a cause, or quietly. */
  end(cause?: Error): void;
}

type Next = () => Promise<IteratorResult<unknown>>;

/**
 * Makes an iterator of `emittery` endable. Its `next()` calls `this.next()` when it has waited and when it is over, so
 * with a `this` of ours it tells whether something is left. It makes no promise beyond its own: this is the hot path.
 */
export function endable(iterator: AsyncIterator<unknown>): EndableIterator {
  const sdkNext: (this: { next: Next }) => Promise<IteratorResult<unknown>> = iterator.next as never;
  let isEnded = false;
  let isOver = false;
  let cause: Error | undefined;
  let last: Promise<unknown> | undefined;
  const over: Next = async () => {
    isOver = true;
    if (cause !== undefined) throw cause;
    return { done: true, value: undefined };
  };
  const again: Next = () => (isOver ? over() : sdkNext.call(isEnded ? lastReceiver : receiver));
  const receiver = { next: again };
  const lastReceiver = { next: over };
  /** Before 1.3.0 nobody tells `emittery` that nothing more will come, and it waits. `return()` stops it. */
  const release = () => {
    let isSettled = last === undefined;
    const settle = () => {
      isSettled = true;
    };
    last?.then(settle, settle);
    setTimeout(() => {
      if (isSettled) return;
      isOver = true;
      void iterator.return?.();
    });
  };
  const value: Next = () => {
    last = again();
    if (isEnded && !isOver) release();
    return last as ReturnType<Next>;
  };
  setMember(iterator, 'next', { value, writable: true });
  return {
    iterator,
    end(why) {
      if (isEnded) return;
      isEnded = true;
      cause = why;
      release();
    },
  };
}
