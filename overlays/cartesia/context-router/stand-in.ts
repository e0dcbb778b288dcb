import { forceClose } from '../../../core/socket.ts';
import { withGlobal } from '../../overlay.ts';
import { findWs, type WebSocketClass } from '../../ws/find.ts';
import { headerEntries } from '../headers.ts';
import { packageName } from '../targets.ts';
import type { TTSWS } from './shapes.ts';

/**
 * The SDK's ESM build looks for `ws` with `require`, which ES modules do not have, and falls back to the global
 * WebSocket: on Node 20 there is none, on 22 and later the API key ends up in the URL. While the SDK opens a socket,
 * this puts a stand-in there that makes a `ws` socket of it, with the headers that the CJS build sends.
 */
export function withStandIn<R>(
  options: TTSWS['_wsOptions'],
  configured: WebSocketClass | undefined,
  self: string | undefined,
  open: () => R,
): R {
  const current = (globalThis as { WebSocket?: unknown }).WebSocket;
  if (typeof process === 'undefined' || !isAbsentOrNative(current)) return open();
  const Socket = configured ?? installedWs(self);
  if (Socket === undefined) return open();
  return withGlobal('WebSocket', standInFor(Socket, options), open);
}

/** @returns a function and not an arrow: the SDK calls it with `new`, and gets the `ws` socket that it returns */
function standInFor(Socket: WebSocketClass, options: TTSWS['_wsOptions']): unknown {
  return function StandIn(url: string | URL) {
    const { address, headers } = moveToHeaders(url);
    for (const [name, value] of headerEntries(options?.headers)) {
      if (value === null) headers.delete(name);
      else if (value !== undefined) headers.set(name, String(value));
    }
    return new Socket(address, { ...options, headers: Object.fromEntries(headers) });
  };
}

/**
 * The class of the sockets that this build of the SDK makes by itself, `undefined` for one that takes the global one.
 * Asks the SDK to open a socket, and gives it nothing to connect with.
 */
export function ownSocketClass(sdk: TTSWS): unknown {
  const probe = Object.create(sdk, {
    url: { value: new URL('wss://127.0.0.1') },
    client: { value: {} },
    _onError: { value: () => {} },
    socket: { writable: true },
    _ready: { writable: true },
  }) as TTSWS;
  class Unused {
    addEventListener() {}
  }
  const { Socket } = process.getBuiltinModule('node:net');
  withGlobal('WebSocket', Unused, () => sdk._initSocket.call(probe, { createConnection: () => new Socket() }));
  probe._ready.catch(() => {});
  if (probe.socket instanceof Unused) return undefined;
  forceClose(probe.socket);
  return probe.socket.constructor;
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
