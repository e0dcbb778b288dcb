import { publish } from '../core/publish.ts';
import { scrubError } from '../core/scrub.ts';

export type TaskErrorListener = (error: unknown, task: string) => void;

/** Tells that a task threw: on the channel, and to the listener of the scope or else as a warning of the process. */
export function tellTaskError(scope: string, task: string, error: unknown, onError?: TaskErrorListener): void {
  publish('hangup.task.error', () => ({ name: scope, task, error: scrubError(error, []) ?? new Error(String(error)) }));
  try {
    (onError ?? warn)(error, task);
  } catch (failure) {
    warn(failure, task);
  }
}

function warn(error: unknown, task: string): void {
  const text = scrubError(error, [])?.message ?? String(error);
  process.emitWarning(`task "${task}" failed: ${text}`, 'HangupWarning');
}
