import { setMember } from '../foreign/members.ts';
import { Exchange, untilDisconnected } from './exchanges.ts';

const readers = ['arrayBuffer', 'blob', 'formData', 'json', 'text'] as const;

/**
 * Ends a request with its client, and the reading of its response.
 *
 * @param given the user's own signal
 * @param send calls `fetch`, or a method of the SDK's that does, with this signal
 */
export function fetchFor(
  client: object,
  given: AbortSignal | null | undefined,
  send: (signal: AbortSignal) => Promise<Response>,
): Promise<Response> {
  const exchange = new Exchange();
  const signal = given ? exchange.follow(AbortSignal.any([exchange.signal, given])) : exchange.signal;
  return untilDisconnected(client, () => exchange.run(client, () => send(signal), streamsOf)).then((response) => {
    // A ponyfill of fetch tells of an abort, and not of its reason.
    for (const name of readers) {
      const read = response[name] as (() => Promise<unknown>) | undefined;
      if (typeof read !== 'function') continue;
      const value = () => untilDisconnected(client, () => read.call(response), true);
      setMember(response, name, { value, writable: true });
    }
    return response;
  });
}

function streamsOf(response: Response): object[] {
  const { body } = response;
  return typeof body === 'object' && body !== null ? [response, body] : [];
}
