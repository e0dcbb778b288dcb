import { clientKey } from '../../../../core/symbols.ts';
import { clientState } from '../../../client/client-state.ts';
import { untilDisconnected } from '../../../client/exchanges.ts';
import { fetchFor } from '../../../client/fetch.ts';
import { setMember } from '../../../foreign/members.ts';
import { clearTimer, uniqueSeconds } from '../../../foreign/timers.ts';

type Fetch = (input: string, init?: RequestInit) => Promise<Response>;

interface PollingOptions {
  /** In ms. */
  pollingInterval?: number;
}

/** A part of a client, as far as it sends requests, and makes transcribers. */
export interface Part {
  readonly params?: { readonly baseUrl?: unknown };
  fetch: Fetch;
  /** Later versions have it, and send all requests by it. */
  fetchResponse?: Fetch;
  transcriber?(params: object): object;
  waitUntilReady?(id: string, options?: PollingOptions): Promise<unknown>;
}

interface Factory extends Part {
  transcriber(params: object): object;
}

export function isPart(part: unknown): part is Part {
  return typeof (part as Partial<Part> | null | undefined)?.fetch === 'function';
}

export const isFactory = (part: unknown): part is Factory => isPart(part) && part.transcriber !== undefined;

/** The SDK's default, in ms. */
const pollingInterval = 3000;

/**
 * Ends the requests of a part with its client, and tells the transcribers that it makes of their client.
 *
 * @returns false when it is tied already
 */
export function tie(client: object, part: Part): boolean {
  if (clientKey in part) return false;
  setMember(part, clientKey, { value: client });
  const name = part.fetchResponse === undefined ? 'fetch' : 'fetchResponse';
  const send = part[name]!;
  const fetch: Fetch = (input, init) =>
    fetchFor(client, init?.signal, (signal) => send.call(part, input, { ...init, signal }));
  put(part, name, fetch);
  const { transcriber, waitUntilReady } = part;
  if (transcriber !== undefined) {
    put(part, 'transcriber', (params: object) => {
      const made = transcriber.call(part, params);
      setMember(made, clientKey, { value: client });
      return made;
    });
  }
  if (waitUntilReady !== undefined) put(part, 'waitUntilReady', polling(client, waitUntilReady.bind(part)));
  return true;
}

/** The SDK does not show the timer between two looks, which holds the process. */
function polling(client: object, wait: NonNullable<Part['waitUntilReady']>): NonNullable<Part['waitUntilReady']> {
  return (id, options) => {
    const seconds = uniqueSeconds(options?.pollingInterval ?? pollingInterval);
    const over = clientState(client).begin({ abort: () => clearTimer(seconds) });
    const waiting = () => wait(id, { ...options, pollingInterval: seconds * 1000 });
    return untilDisconnected(client, waiting).finally(over);
  };
}

const put = (part: Part, name: keyof Part, value: unknown) => setMember(part, name, { value, writable: true });
