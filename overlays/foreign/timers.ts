import { replaceMembers } from './members.ts';

export type Timer = ReturnType<typeof setTimeout>;
type Watcher = (timer: Timer, ms: number, callback: unknown) => void;

const watchers = new Set<Watcher>();
let unwatch = () => {};

/**
 * Tells of every timer that is set from now on, until the returned function is called. The SDK does not show its timers; they
 * are told from others by the moment and the delay.
 */
export function watchTimers(watcher: Watcher): () => void {
  watchers.add(watcher);
  if (watchers.size === 1) unwatch = watchSetTimeout();
  return () => {
    if (watchers.delete(watcher) && watchers.size === 0) unwatch();
  };
}

function watchSetTimeout(): () => void {
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
