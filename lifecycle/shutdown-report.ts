import type { EndReport } from '../core/disconnectable.ts';

/** How the process ended. */
export interface ShutdownReport extends EndReport {
  /** `SIGTERM`, `uncaughtException`, or what `end()` was given. */
  cause: string;
  /** 0: all ended in time. 1: something was late, forced or failed. 128 + n: a second signal. */
  exitCode: number;
  /** Those that nobody has caught: the one that began the shutdown, and those during it. */
  errors: Error[];
}
