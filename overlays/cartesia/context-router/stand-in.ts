import { findWs, type WebSocketClass } from '../../ws/find.ts';
import { withGlobal } from '../../overlay.ts';
import { packageName } from '../targets.ts';

/**
 * The SDK's ESM build looks for `ws` with `require`, which ES modules do not have, and falls back to the global
 * WebSocket: on Node 20 there is none, on 22 and later the API key ends up in the URL. While the SDK opens a socket,
 * this puts a stand-in there that makes a `ws` socket of it, with the headers that the CJS build sends.
 */
export function withStandIn<R>(
  options: { headers?: Record<string, string> } | undefined,
  configured: WebSocketClass | undefined,
  self: string | undefined,
  open: () => R,
): R {
  const current = (globalThis as { WebSocket?: unknown }).WebSocket;
  if (typeof process === 'undefined' || !isAbsentOrNative(current)) return open();
  const Socket = configured ?? (found ??= findWs(packageName, self));
  if (Socket === undefined) return open();
  const standIn = function (url: string | URL) {
    const { address, headers } = moveToHeaders(url);
    for (const [name, value] of entries(options?.headers)) {
      if (value === null) headers.delete(name);
      else if (value !== undefined) headers.set(name, value);
    }
    return new Socket(address, { ...options, headers: Object.fromEntries(headers) });
  };
  return withGlobal('WebSocket', standIn, open);
}

let found: WebSocketClass | undefined;

/** A test's mock or a polyfill must survive; only Node's own class carries the Web IDL tag on its prototype. */
function isAbsentOrNative(current: unknown): boolean {
  if (current === undefined) return true;
  const prototype = (current as { prototype?: object }).prototype;
  return prototype !== undefined && Object.prototype.toString.call(prototype) === '[object WebSocket]';
}

/** Takes back what the SDK puts into the URL for browsers, which cannot set headers. */
function moveToHeaders(url: string | URL): { address: URL; headers: Headers } {
  const address = new URL(url);
  const headers = new Headers();
  const take = (parameter: string): string | null => {
    const value = address.searchParams.get(parameter);
    address.searchParams.delete(parameter);
    return value;
  };
  const version = take('cartesia_version');
  const client = take('cartesia_client');
  const apiKey = take('api_key');
  const token = take('access_token') ?? apiKey;
  if (version !== null) headers.set('cartesia-version', version);
  if (client !== null) {
    headers.set('user-agent', client);
    headers.set('x-cartesia-client', client);
  }
  if (token !== null) headers.set('authorization', `Bearer ${token}`);
  return { address, headers };
}

function entries(headers: Record<string, string | null | undefined> | Headers | undefined) {
  return headers instanceof Headers ? headers.entries() : Object.entries(headers ?? {});
}
