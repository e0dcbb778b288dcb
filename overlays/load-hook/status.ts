/** What the load hook did about one file of an SDK. */
export interface LoadStatus {
  /** The package's folder. */
  path: string;
  version: string;
  /** Relative to the package. */
  file: string;
  /**
   * - `patched`
   * - `on-disk`: it was patched already
   * - `foreign`, `unsupported`, `late`: it was loaded as it is, under the policy `warn`. A `late` one was loaded before the
   *   hook was there
   */
  state: 'patched' | 'on-disk' | 'foreign' | 'unsupported' | 'late';
}

/** `'entry'`: the program that Node was started with is being loaded. */
export type Report = LoadStatus | 'entry';

/** What has passed the load hook of one thread. */
export class Progress {
  readonly #loaded: LoadStatus[] = [];
  #sawEntry = false;
  /** The next report of another thread. */
  receive: () => Report | undefined = () => undefined;

  add(report: Report): void {
    if (report === 'entry') this.#sawEntry = true;
    else this.#loaded.push(report);
  }

  get loaded(): readonly LoadStatus[] {
    for (let report = this.receive(); report !== undefined; report = this.receive()) this.add(report);
    return this.#loaded;
  }

  /** The hook was there before the app, and the app's SDK not before it. */
  get isFirst(): boolean {
    return this.loaded.every(({ state }) => state !== 'late') && this.#sawEntry;
  }
}

const key: unique symbol = Symbol.for('hangup.register') as never;
const holder = globalThis as { [key]?: Progress };

export function setRegistered(progress: Progress): void {
  holder[key] = progress;
}

/** What the load hook of this thread has done so far; `undefined` when it is not registered. */
export function loadStatus(): readonly LoadStatus[] | undefined {
  return holder[key]?.loaded;
}

/**
 * Whether the load hook was there before this thread's app; `undefined` when it is not registered. What ES modules another
 * preload had loaded before, nobody can see.
 */
export function hookIsFirst(): boolean | undefined {
  return holder[key]?.isFirst;
}
