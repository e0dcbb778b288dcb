import { replaceMembers } from './members.ts';
import { shared } from './shared.ts';

export type Timer = ReturnType<typeof setTimeout>;
type Watcher = (timer: Timer, ms: number, callback: unknown) => void;

interface Watch {
  readonly watchers: Set<Watcher>;
  /** Takes the observer off. */
  unwatch(): void;
}

/** One observer serves all copies of hangup: two would leave the global wrapped for good when they end out of order. */
const watch = (): Watch => shared('timers@1', () => ({ watchers: new Set(), unwatch() {} }));

/**
 * Tells of every timer that is set from now on, until the returned function is called. The SDK does not show its timers; they
 * are told from others by the moment and the delay.
 */
export function watchTimers(watcher: Watcher): () => void {
  const state = watch();
  const { watchers } = state;
  watchers.add(watcher);
  if (watchers.size === 1) state.unwatch = watchSetTimeout(watchers);
  return () => {
    if (watchers.delete(watcher) && watchers.size === 0) state.unwatch();
  };
}

function watchSetTimeout(watchers: ReadonlySet<Watcher>): () => void {
  const { setTimeout } = globalThis;
  const observed = (callback: () => void, ms: number, ...rest: []) => {
    const timer = setTimeout(callback, ms, ...rest);
    for (const watcher of watchers) watcher(timer, ms, callback);
    return timer;
  };
  return replaceMembers(globalThis, 'globalThis', {
    setTimeout: { value: Object.assign(observed, setTimeout), writable: true },
  });
}
