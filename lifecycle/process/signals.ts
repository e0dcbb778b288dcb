import { signalsAreOne } from '../limits.ts';

interface Listener {
  first(signal: NodeJS.Signals): void;
  /** Somebody insists. */
  again(signal: NodeJS.Signals): void;
}

/** Tells the first signal, and each one that comes at least 300 ms after it. */
export class Signals {
  readonly #signals: readonly NodeJS.Signals[];
  readonly #listener: Listener;
  #firstAt: number | undefined;
  #isListening = false;

  constructor(signals: readonly NodeJS.Signals[], listener: Listener) {
    this.#signals = signals;
    this.#listener = listener;
    this.listen();
  }

  listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    for (const signal of this.#signals) process.on(signal, this.#onSignal);
  }

  /** Where nobody else listens, the kernel ends the process at the next signal. */
  stop(): void {
    this.#isListening = false;
    for (const signal of this.#signals) process.off(signal, this.#onSignal);
  }

  #onSignal = (signal: NodeJS.Signals): void => {
    if (this.#firstAt === undefined) {
      this.#firstAt = performance.now();
      this.#listener.first(signal);
    } else if (performance.now() - this.#firstAt >= signalsAreOne) this.#listener.again(signal);
  };
}
