import { clientKey } from '../../../../core/symbols.ts';
import { untilDisconnected } from '../../../client/exchanges.ts';
import { fetchFor } from '../../../client/fetch.ts';
import { setMember } from '../../../foreign/members.ts';

type Fetch = (input: string | Request, init?: RequestInit) => Promise<Response>;

/** The SDK's `ApiClient`: the parts of a client call these on it. */
export interface Sender {
  /** @param rest from 2.32 on: the options of retries, a limit of time, the signal of the caller, and the function that fetches */
  apiCall(url: string, init: RequestInit, ...rest: [unknown?, unknown?, AbortSignal?, Fetch?]): Promise<Response>;
  /** `client.interactions` and its like send by it, where it gives one; else by the global `fetch`. */
  getFetch?(): Fetch | undefined;
  getWebsocketBaseUrl(): string;
}

export const isSender = (part: unknown): part is Sender =>
  typeof (part as Partial<Sender> | null | undefined)?.apiCall === 'function';

/** Ends the requests of a client with it. @returns false when they are tied to it already */
export function tie(client: object, sender: Sender): boolean {
  if (clientKey in sender) return false;
  setMember(sender, clientKey, { value: client });
  const { apiCall, getFetch } = sender;
  const fetchWith =
    (send: Fetch = fetch): Fetch =>
    (input, init) =>
      fetchFor(client, init?.signal ?? (input as Partial<Request>).signal, (signal) =>
        send(input, { ...init, signal }),
      );

  const call: Sender['apiCall'] = (url, init, retries, timeout, given, send) => {
    if (apiCall.length < 6) {
      return fetchFor(client, init.signal, (signal) => apiCall.call(sender, url, { ...init, signal }));
    }
    const over = new AbortController();
    const signal = given ? AbortSignal.any([over.signal, given]) : over.signal;
    const answer = untilDisconnected(client, () =>
      apiCall.call(sender, url, init, retries, timeout, signal, fetchWith(send)),
    );
    // Between two attempts, the SDK looks whether its caller has given up.
    answer.catch(() => over.abort());
    return answer;
  };
  setMember(sender, 'apiCall', { value: call, writable: true });
  if (getFetch !== undefined) {
    setMember(sender, 'getFetch', { value: () => fetchWith(getFetch.call(sender)), writable: true });
  }
  return true;
}
