import { Exchange, untilDisconnected } from '../client/exchanges.ts';
import { catchTimer, clearTimer, uniqueSeconds } from '../foreign/timers.ts';

type SignalledOptions = RequestOptions & { abortSignal: AbortSignal };

/** The last argument of every method that sends a request. */
export interface RequestOptions {
  timeoutInSeconds?: number | undefined;
  maxRetries?: number | undefined;
  abortSignal?: AbortSignal | undefined;
}

/** The limits of a request that names none. */
export interface RequestDefaults {
  /** In ms. */
  readonly timeout: number;
  readonly retries: number;
}

/** The defaults of `core/fetcher`. */
const fetcherDefaults: RequestDefaults = { timeout: 60_000, retries: 2 };

/**
 * Calls a method of a resource with options that let the request end with the client.
 *
 * @param isOwnFetcher true when the SDK sends the request itself, and not a function of the user's
 * @param send calls the method with the given options
 * @param defaults those of the client, where it has its own
 */
export function request<R>(
  client: object,
  given: RequestOptions | undefined,
  isOwnFetcher: boolean,
  send: (options: RequestOptions) => Promise<R>,
  defaults = fetcherDefaults,
): Promise<R> {
  return untilDisconnected(client, () => {
    const exchange = new Exchange();
    const options = { ...given, abortSignal: either(exchange, given?.abortSignal) };
    if (!isOwnFetcher) return exchange.run(client, () => send(options), streamsOf);
    const attempts = new Attempts(exchange, options, defaults);
    return exchange
      .run(client, () => send(attempts.options), streamsOf)
      .catch((error) => {
        attempts.clear();
        throw error;
      });
  });
}

function either(exchange: Exchange, given: AbortSignal | undefined): AbortSignal {
  const { signal } = exchange;
  return given === undefined || given === null ? signal : exchange.follow(AbortSignal.any([signal, given]));
}

/** Audio whose body nobody has read yet. */
interface BinaryResponse {
  stream(): object | null;
  arrayBuffer(): Promise<ArrayBuffer>;
}

function isBinary(result: object): result is BinaryResponse {
  const { stream, arrayBuffer } = result as Partial<BinaryResponse>;
  return typeof stream === 'function' && typeof arrayBuffer === 'function';
}

/**
 * A stream and a body go on; every other result of a method has been read.
 *
 * @returns the innermost first: a stream of events reads another one, and that reads one of the engine, which tells of its end
 */
function streamsOf(result: unknown): object[] {
  const read = dataOf(result);
  if (typeof read !== 'object' || read === null) return [];
  if (isBinary(read)) {
    const body = read.stream();
    return body === null ? [read] : [read, body];
  }
  if (!(Symbol.asyncIterator in read)) return [];
  const streams: Record<string, unknown>[] = [read as never];
  for (const key of ['stream', 'readableStream']) {
    const inner = streams[0]![key];
    if (typeof inner === 'object' && inner !== null) streams.unshift(inner as never);
  }
  return streams;
}

/** Later versions of the generator keep the response beside the result. */
function dataOf(result: unknown): unknown {
  const isPair = typeof result === 'object' && result !== null && 'data' in result && 'rawResponse' in result;
  return isPair ? result.data : result;
}

/**
 * The attempts at one request. The SDK does not show its timers. Its timer for the whole request runs on for a minute when the
 * request fails or is aborted. But the SDK looks at the options that it was given right before it backs off.
 */
class Attempts {
  readonly options: RequestOptions;
  readonly #exchange: Exchange;
  /** The limit of each attempt. */
  readonly #seconds: number;
  #responses = 0;
  #endBackOff: () => void = () => {};

  constructor(
    exchange: Exchange,
    { timeoutInSeconds, maxRetries, ...given }: SignalledOptions,
    defaults: RequestDefaults,
  ) {
    this.#exchange = exchange;
    this.#seconds = uniqueSeconds(timeoutInSeconds == null ? defaults.timeout : timeoutInSeconds * 1000);
    exchange.signal.addEventListener('abort', () => this.#endBackOff());
    // The SDK compares it with the number of attempts when a response has come.
    const observed = { valueOf: () => this.#onResponse(maxRetries ?? defaults.retries) };
    this.options = { ...given, timeoutInSeconds: this.#seconds, maxRetries: observed as unknown as number };
  }

  /** `requestWithRetries.js` looks at the response, and begins to wait in the same tick. */
  #onResponse(maxRetries: number): number {
    if (this.#exchange.signal.aborted) return 0;
    if (this.#responses < maxRetries) {
      catchTimer((endWait) => {
        this.#endBackOff = endWait;
      });
    }
    this.#responses += 1;
    return maxRetries;
  }

  /** Clears the timer of an attempt that failed: the SDK clears it only when a response has come. */
  clear(): void {
    clearTimer(this.#seconds);
  }
}
