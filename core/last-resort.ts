import { shared } from './shared.ts';

/** All copies of hangup share it: a last resort forces everything that any of them is ending. */
let state: { isRunning: boolean } | undefined;

function theState(): { isRunning: boolean } {
  state ??= shared('last-resort@1', () => ({ isRunning: false }));
  return state;
}

export const isLastResort = (): boolean => theState().isRunning;

/**
 * Runs what forces ladders where nothing runs afterwards: inside `process.on('exit')`, or inside the function that blocks the
 * event loop. There a force climbs also when the stack stands inside foreign code that the same ladder has called.
 */
export function asLastResort(run: () => void): void {
  const shares = theState();
  const wasRunning = shares.isRunning;
  shares.isRunning = true;
  try {
    run();
  } finally {
    shares.isRunning = wasRunning;
  }
}
