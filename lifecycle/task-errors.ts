import { publish } from '../core/publish.ts';
import { thrownError } from '../core/scrub.ts';
import type { Logger } from './logger.ts';

export type TaskErrorListener = (error: unknown, task: string) => void;

let logger: Logger | undefined;

/** Tells the errors of tasks to a logger, where their scope has no listener. */
export function logTaskErrors(to: Logger | undefined): void {
  logger = to;
}

/** Tells that a task threw: on the channel, and to the listener of its scope, or else to the logger, or else as a warning of the process. */
export function tellTaskError(scope: string, task: string, error: unknown, onError?: TaskErrorListener): void {
  publish('hangup.task.error', () => ({ name: scope, task, error: thrownError(error) }));
  try {
    (onError ?? warn)(error, task);
  } catch (failure) {
    warn(failure, task);
  }
}

function warn(error: unknown, task: string): void {
  const err = thrownError(error);
  const text = `task "${task}" failed: ${err.message}`;
  if (logger === undefined) process.emitWarning(text, 'HangupWarning');
  else logger.error({ err, task }, text);
}
