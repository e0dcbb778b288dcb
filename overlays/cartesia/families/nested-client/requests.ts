import { Exchange, untilDisconnected } from '../../../client/exchanges.ts';
import { setMember } from '../../../foreign/members.ts';

type Fetch = (this: object, path: string, options?: RequestInit) => Promise<Response>;

const readers = ['arrayBuffer', 'blob', 'formData', 'json', 'text'] as const;

/** Ends the requests of a client and of its parts with it, and the reading of their responses. */
export function nestedFetch(sdk: Fetch): Fetch {
  return function (path, options = {}) {
    const exchange = new Exchange();
    const { signal: given } = options;
    const signal = given ? exchange.follow(AbortSignal.any([exchange.signal, given])) : exchange.signal;
    const send = () => sdk.call(this, path, { ...options, signal });
    return untilDisconnected(this, () => exchange.run(this, send, streamsOf)).then((response) => {
      // The SDK's ponyfill of fetch tells of an abort, and not of its reason.
      for (const name of readers) {
        const read = response[name] as (() => Promise<unknown>) | undefined;
        if (typeof read !== 'function') continue;
        const value = () => untilDisconnected(this, () => read.call(response), true);
        setMember(response, name, { value, writable: true });
      }
      return response;
    });
  };
}

function streamsOf(response: Response): object[] {
  const { body } = response;
  return typeof body === 'object' && body !== null ? [response, body] : [];
}
