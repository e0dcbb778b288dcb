import type { LoadStatus } from './patcher.ts';

const key: unique symbol = Symbol.for('hangup.register') as never;

interface Registered {
  readonly loaded: LoadStatus[];
  /** Takes in what another thread has reported meanwhile. */
  collect(): void;
}

const holder = globalThis as { [key]?: Registered };

/** @param collect called before the status is read */
export function setRegistered(loaded: LoadStatus[], collect: () => void): void {
  holder[key] = { loaded, collect };
}

/** What the load hook of this thread has done so far; `undefined` when it is not registered. */
export function loadStatus(): readonly LoadStatus[] | undefined {
  holder[key]?.collect();
  return holder[key]?.loaded;
}
