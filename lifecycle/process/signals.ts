import { signalsAreOne } from '../limits.ts';

interface Listener {
  first(signal: NodeJS.Signals): void;
  /** Somebody insists. */
  again(signal: NodeJS.Signals): void;
}

/**
 * Tells the first signal, and each one that comes at least 300 ms after it.
 *
 * @returns a function that takes the listeners off
 */
export function hearSignals(signals: readonly NodeJS.Signals[], listener: Listener): () => void {
  let firstAt: number | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    if (firstAt === undefined) {
      firstAt = performance.now();
      listener.first(signal);
    } else if (performance.now() - firstAt >= signalsAreOne) listener.again(signal);
  };
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
}
