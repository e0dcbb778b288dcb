import { setTimeout as sleep } from 'node:timers/promises';

/** The main points of the contract, against the real provider of one SDK. */
export interface Section {
  /** The provider. */
  readonly name: string;
  /** Environment variables without which it is skipped, and what they hold. */
  readonly needs: Readonly<Record<string, string>>;
  /** @param check plays one point, and tells of it. The text that it returns is printed */
  run(check: Check): Promise<void>;
}

export type Check = (what: string, run: () => Promise<unknown>) => Promise<void>;

/** Rejects when a promise takes longer than so many ms. */
export async function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  const limit = new AbortController();
  const late = sleep(ms, undefined, { signal: limit.signal }).then(
    () => Promise.reject(new Error(`not within ${ms} ms`)),
    () => new Promise<never>(() => {}),
  );
  try {
    return await Promise.race([promise, late]);
  } finally {
    limit.abort();
  }
}
