import { loadHook } from '../core/symbols.ts';

/** Says what the load hook did about one file of an SDK. */
export interface LoadStatus {
  /** The package's folder. */
  path: string;
  package: string;
  version: string;
  /** Relative to the package. */
  file: string;
  /**
   * - `patched`: the file was patched as it was loaded
   * - `on-disk`: the file was patched already
   * - `foreign`, `unsupported`, `late`: the file was loaded as it is, under the policy `warn`. A `late` one was loaded before
   *   the hook was there
   */
  state: 'patched' | 'on-disk' | 'foreign' | 'unsupported' | 'late';
}

/** Collects what the load hook of one thread has done. */
export class Progress {
  readonly #loaded: LoadStatus[] = [];
  /** Takes the next report of another thread. */
  receive: () => LoadStatus | undefined = () => undefined;

  add(status: LoadStatus): void {
    // An imported CommonJS module passes the hooks for both kinds.
    if (!this.#loaded.some(({ path, file }) => path === status.path && file === status.file)) this.#loaded.push(status);
  }

  get loaded(): readonly LoadStatus[] {
    for (let status = this.receive(); status !== undefined; status = this.receive()) this.add(status);
    return this.#loaded;
  }
}

const holder = globalThis as { [loadHook]?: Progress };

export function setRegistered(progress: Progress): void {
  holder[loadHook] = progress;
}

/** Tells what the load hook of this thread has done so far; `undefined` when it is not registered. */
export function loadStatus(): readonly LoadStatus[] | undefined {
  return holder[loadHook]?.loaded;
}
