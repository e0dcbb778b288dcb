import { PatchError } from '../../core/errors.ts';
import { withGlobal } from '../foreign/globals.ts';
import { findWs, isNode, type WebSocketClass } from '../sockets/find-ws.ts';
import { forceClose, type SocketLike } from '../sockets/socket.ts';
import { type HeadersLike, headerEntries } from './headers.ts';
import { packageName } from './package-name.ts';

/** What the SDK hands on to `ws`, where it finds that. */
export type SocketOptions = { headers?: HeadersLike } | undefined;

/**
 * The SDK's ESM build looks for `ws` with `require`, which ES modules do not have, and falls back to the global
 * WebSocket: on Node 20 there is none, on 22 and later the API key ends up in the URL. While the SDK opens a socket,
 * this puts a stand-in there that makes a `ws` socket of it, with the headers that the CJS build sends.
 */
export function withStandIn<R>(
  options: SocketOptions,
  configured: WebSocketClass | undefined,
  self: string | undefined,
  open: () => R,
): R {
  const current = (globalThis as { WebSocket?: unknown }).WebSocket;
  if (!isNode() || !isAbsentOrNative(current)) return open();
  const Socket = configured ?? installedWs(self);
  if (Socket === undefined) return open();
  return withGlobal('WebSocket', standInFor(Socket, options), open);
}

/** @returns a function and not an arrow: the SDK calls it with `new`, and gets the `ws` socket that it returns */
function standInFor(Socket: WebSocketClass, options: SocketOptions): unknown {
  return function StandIn(url: string | URL) {
    const { address, headers } = moveToHeaders(url);
    for (const [name, value] of headerEntries(options?.headers)) {
      if (value === null) headers.delete(name);
      else if (value !== undefined) headers.set(name, String(value));
    }
    return new Socket(address, { ...options, headers: Object.fromEntries(headers) });
  };
}

/** Looks like Node's own class to whoever asks, until the stand-in takes its place. */
class Placeholder {
  get [Symbol.toStringTag]() {
    return 'WebSocket';
  }
}

/** For an SDK that opens no socket, and does not even begin, unless it sees a class for one. */
export function withPlaceholder<R>(configured: WebSocketClass | undefined, self: string | undefined, open: () => R): R {
  const isNeeded = isNode() && (globalThis as { WebSocket?: unknown }).WebSocket === undefined;
  if (!isNeeded || (configured ?? installedWs(self)) === undefined) return open();
  return withGlobal('WebSocket', Placeholder, open);
}

/**
 * The class of the sockets that this build of the SDK makes by itself, `undefined` for one that takes the global one.
 *
 * @param open asks the SDK to open a socket with these options, which give it nothing to connect with
 */
function ownSocketClass(open: (options: object) => SocketLike): unknown {
  class Unused {
    addEventListener() {}
  }
  const { Socket } = process.getBuiltinModule('node:net');
  const socket = withGlobal('WebSocket', Unused, () => open({ createConnection: () => new Socket() }));
  if (socket instanceof Unused) return undefined;
  socket.addEventListener('error', () => {});
  forceClose(socket);
  return socket.constructor;
}

/**
 * A build that loads `ws` itself takes no other: two copies of `ws` are installed, and one of them would be ignored.
 * In a browser the SDK takes the global class, and no other.
 *
 * @throws {PatchError} when the given class would be ignored
 */
export function checkSocketClass(given: WebSocketClass | undefined, open: (options: object) => SocketLike): void {
  if (given === undefined) return;
  const what = 'the WebSocket option of overlay() cannot be honoured';
  if (!isNode()) {
    const why = 'outside Node the SDK takes the global WebSocket';
    throw new PatchError('ERR_PATCH_WEBSOCKET', what, why, 'Leave the option out in browsers');
  }
  const own = ownSocketClass(open);
  if (own === undefined || own === given) return;
  throw new PatchError(
    'ERR_PATCH_WEBSOCKET',
    what,
    'this build of the SDK has loaded a ws of its own, and the one given is another copy',
    'Leave the option out, or keep one copy ("npm ls ws" shows them, "npm dedupe" merges them)',
  );
}

/** By the module that asks, because copies of the SDK may have different copies of `ws`. */
const found = new Map<string | undefined, WebSocketClass>();

function installedWs(self: string | undefined): WebSocketClass | undefined {
  const Socket = found.get(self) ?? findWs(packageName, self);
  if (Socket !== undefined) found.set(self, Socket);
  return Socket;
}

/** A test's mock or a polyfill must survive; only Node's own class carries the Web IDL tag on its prototype. */
function isAbsentOrNative(current: unknown): boolean {
  if (current === undefined) return true;
  if (process.getBuiltinModule('node:util').types.isProxy(current)) return false;
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
