import { clientState } from '../client/client-state.ts';
import { Exchange, untilDisconnected } from '../client/exchanges.ts';
import { withGlobal } from '../foreign/globals.ts';
import type { Members } from '../foreign/members.ts';

/** The methods that a client which Stainless has generated calls on itself for every request. */
export interface RequestingClient {
  makeRequest(options: unknown, retriesRemaining: unknown, retryOf: unknown): Promise<unknown>;
  fetchWithTimeout(url: unknown, init: unknown, ms: number, controller: AbortController): Promise<unknown>;
  retryRequest(options: unknown, retriesRemaining: number, requestId: string, headers: unknown): Promise<unknown>;
}

/** Ends the requests of a client with it: those being prepared or sent, those in back-off, and bodies being read. */
export function requestMembers(sdk: RequestingClient): Members {
  const members: RequestingClient & ThisType<RequestingClient> = {
    makeRequest(options, ...more) {
      // The promise was made before this call. When the call is refused, nobody else looks at it.
      Promise.resolve(options).catch(() => {});
      return untilDisconnected(this, () => sdk.makeRequest.call(this, options, ...more));
    },

    fetchWithTimeout(url, init, ms, controller) {
      const exchange = new Exchange(controller);
      return exchange.run(this, () => sdk.fetchWithTimeout.call(this, url, init, ms, controller), streamsOf);
    },

    retryRequest(...args) {
      return untilDisconnected(this, () => {
        let backOff: ReturnType<typeof setTimeout> | undefined;
        const { setTimeout } = globalThis;
        const remember = (callback: () => void, ms: number) => {
          backOff = setTimeout(callback, ms);
          return backOff;
        };
        // The SDK sleeps in this call, and nothing else could wake it.
        const retried = withGlobal('setTimeout', remember, () => sdk.retryRequest.apply(this, args));
        const over = clientState(this).begin({ abort: () => clearTimeout(backOff) });
        return retried.finally(over);
      });
    },
  };
  return Object.getOwnPropertyDescriptors(members) as unknown as Members;
}

/** A custom `fetch` may make anything of a response. */
function streamsOf(response: unknown): object[] {
  const { body } = (response ?? {}) as { body?: unknown };
  return typeof body === 'object' && body !== null ? [response as object, body] : [];
}
