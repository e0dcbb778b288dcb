import { clientKey } from '../../core/symbols.ts';
import { setMember } from '../foreign/members.ts';
import { type RequestOptions, request } from './requests.ts';

/** A part of a client, which may have parts of its own: `client.conversationalAi.agents`. */
interface Resource {
  readonly _options?: Partial<Record<'fetcher' | 'timeoutInSeconds' | 'maxRetries', unknown>>;
}

type Method = (this: unknown, ...args: unknown[]) => Promise<unknown>;

/** Clients of later versions of the generator have it. */
interface NestedOptions {
  /** The limit of a request for which neither the app nor the client names one, in ms. */
  timeout: number;
  /** A part was tied: it may make connections. */
  onPart?(part: object, client: object): void;
}

/**
 * Ties a part of a client to the client, and all parts inside it when they are asked for: its requests end with the client.
 *
 * A public method such as `list()` only wraps the promise of `__list()`, and keeps that wrapper.
 */
export function tiePart<T>(client: object, part: T, options: NestedOptions): T {
  if (typeof part !== 'object' || part === null || clientKey in part) return part;
  setMember(part, clientKey, { value: client });
  for (const [name, { get, value }] of Object.entries(inheritedBy(part))) {
    if (get !== undefined) setMember(part, name, { get: () => tiePart(client, get.call(part), options) });
    else if (name.startsWith('__') && typeof value === 'function')
      setMember(part, name, { value: requesting(client, part, value as Method, options), writable: true });
  }
  options.onPart?.(part, client);
  return part;
}

/** The members that an object has from its classes: of each name, that of the nearest class. */
export function inheritedBy(object: object): Record<string, PropertyDescriptor> {
  const members: Record<string, PropertyDescriptor> = {};
  for (let at = Object.getPrototypeOf(object); at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(at))) members[name] ??= member;
  }
  return members;
}

/** The public method hands on all of its parameters, and the last one has the options of the request. */
function requesting(client: object, part: Resource, method: Method, { timeout }: NestedOptions): Method {
  return (...args) => {
    const { fetcher, timeoutInSeconds, maxRetries } = part._options ?? {};
    const given = args.at(-1) as RequestOptions | undefined;
    const defaults = {
      timeout: typeof timeoutInSeconds === 'number' ? timeoutInSeconds * 1000 : timeout,
      retries: typeof maxRetries === 'number' ? maxRetries : 2,
    };
    const send = (options: RequestOptions) => method.apply(part, [...args.slice(0, -1), options]);
    return request(client, given, fetcher === undefined, send, defaults);
  };
}
