import { Exchange, untilDisconnected } from '../client/exchanges.ts';
import { setMember } from '../foreign/members.ts';
import { type Timer, watchTimers } from '../foreign/timers.ts';

type SignalledOptions = RequestOptions & { abortSignal: AbortSignal };

/** The last argument of every method that sends a request. */
export interface RequestOptions {
  timeoutInSeconds?: number | undefined;
  maxRetries?: number | undefined;
  abortSignal?: AbortSignal | undefined;
}

/** The defaults of `core/fetcher`, in ms and in number. */
const defaults = { timeout: 60_000, retries: 2 };
/** `requestWithRetries.js` waits 1, 2, 4 … s, at most 60 s, give or take a fifth. In ms. */
const backOff = { least: 800, most: 72_000 };

/**
 * Calls a method of a resource with options that let the request end with the client.
 *
 * @param isOwnFetcher true when the SDK sends the request itself, and not a function of the user's
 * @param send calls the method with the given options
 */
export function request<R>(
  client: object,
  given: RequestOptions | undefined,
  isOwnFetcher: boolean,
  send: (options: RequestOptions) => Promise<R>,
): Promise<R> {
  return untilDisconnected(client, () => {
    const exchange = new Exchange();
    const options = { ...given, abortSignal: either(exchange.signal, given?.abortSignal) };
    if (!isOwnFetcher) return exchange.run(client, () => send(options), streamsOf);
    const attempts = new Attempts(exchange, options);
    return exchange.run(client, () => send(attempts.options), streamsOf).finally(() => attempts.over());
  });
}

function either(own: AbortSignal, given: AbortSignal | undefined): AbortSignal {
  return given === undefined || given === null ? own : AbortSignal.any([own, given]);
}

/** A stream goes on reading; every other result of a method has been read. */
function streamsOf(result: unknown): object[] {
  return typeof result === 'object' && result !== null && Symbol.asyncIterator in result ? [result] : [];
}

/**
 * The attempts at one request. The SDK leaves its timers running after an abort, for up to a minute, and does not
 * show them. But it looks at the options that it was given right before it dials, and right before it backs off.
 */
class Attempts {
  readonly options: RequestOptions;
  readonly #timeout: number;
  #timer: Timer | undefined;
  #backOff: Timer | undefined;
  #mayBackOff = false;
  #unwatch: () => void;

  constructor(exchange: Exchange, { timeoutInSeconds, maxRetries = defaults.retries, ...given }: SignalledOptions) {
    this.#timeout = timeoutInSeconds === undefined ? defaults.timeout : timeoutInSeconds * 1000;
    this.#observe(given.abortSignal);
    exchange.signal.addEventListener('abort', () => this.#stopTimers());
    this.#unwatch = this.#watch();
    // The SDK compares it with the number of attempts when a response has come.
    const observed = { valueOf: () => this.#onResponse(maxRetries) };
    this.options = { ...given, timeoutInSeconds, maxRetries: observed as unknown as number };
  }

  /** `makeRequest.js` sets its timer, listens to the signal and dials in one tick. */
  #observe(signal: AbortSignal): void {
    const { addEventListener } = signal;
    const listen = (...args: Parameters<typeof addEventListener>) => {
      addEventListener.apply(signal, args);
      // An event stream listens to the signal too, without options, and dials nothing.
      if (args.length === 3) this.#unwatch();
    };
    setMember(signal, 'addEventListener', { value: listen });
  }

  #onResponse(maxRetries: number): number {
    this.#unwatch();
    this.#unwatch = this.#watch();
    this.#mayBackOff = true;
    queueMicrotask(() => {
      this.#mayBackOff = false;
    });
    return maxRetries;
  }

  #watch(): () => void {
    return watchTimers((timer, ms) => {
      if (ms === this.#timeout) this.#timer = timer;
      else if (this.#mayBackOff && ms >= backOff.least && ms <= backOff.most) this.#backOff ??= timer;
    });
  }

  #stopTimers(): void {
    clearTimeout(this.#timer);
    // The timer is not cleared: should it belong to somebody else, it still runs.
    (this.#backOff as { unref?(): void } | undefined)?.unref?.();
  }

  over(): void {
    this.#unwatch();
  }
}
