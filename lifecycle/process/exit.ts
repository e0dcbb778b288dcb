import { constants } from 'node:os';
import type { Signals } from './signals.ts';

/** The exit code of a shell for a process that has died of the signal. */
export const exitCodeOf = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

/** Node 20 aborts in `process.exit()` when its terminal has gone. */
const abortsWithoutTerminal = Number.parseInt(process.versions.node, 10) < 22;

/**
 * Ends the process. After a terminal has hung up, Node 20 ends by that signal, but not as PID 1: the kernel gives it none that it
 * does not listen to.
 */
export function exit(code: number, cause: string, signals: Signals): void {
  if (cause === 'SIGHUP' && abortsWithoutTerminal && process.pid !== 1) {
    signals.stop();
    if (process.listenerCount('SIGHUP') === 0) {
      process.emit('exit', code);
      process.kill(process.pid, 'SIGHUP');
    }
  }
  process.exit(code);
}
