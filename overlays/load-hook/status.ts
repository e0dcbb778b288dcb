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
  readonly #isFirstPreload: boolean;
  #sawEntry = false;
  /** The next report of another thread. */
  receive: () => Report | undefined = () => undefined;

  constructor(isFirstPreload: boolean) {
    this.#isFirstPreload = isFirstPreload;
  }

  add(report: Report): void {
    if (report === 'entry') this.#sawEntry = true;
    // An imported CommonJS module passes the hooks for both kinds.
    else if (!this.#loaded.some(({ path, file }) => path === report.path && file === report.file))
      this.#loaded.push(report);
  }

  get loaded(): readonly LoadStatus[] {
    for (let report = this.receive(); report !== undefined; report = this.receive()) this.add(report);
    return this.#loaded;
  }

  /**
   * The hook was there before the app, and the app's SDK not before it: nobody can see which ES modules another preload has
   * loaded, so then something of the SDK must have passed the hook since.
   */
  get isFirst(): boolean {
    const isLate = this.loaded.some(({ state }) => state === 'late');
    return !isLate && this.#sawEntry && (this.#isFirstPreload || this.loaded.length > 0);
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

/** Whether the load hook sees all that this thread's app loads, or has loaded; `undefined` when it is not registered. */
export function hookIsFirst(): boolean | undefined {
  return holder[key]?.isFirst;
}
