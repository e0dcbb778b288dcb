import { isNode, nodeModule } from '../../core/node.ts';
import { withGlobal } from '../foreign/globals.ts';
import { webSocketRefused } from '../seams/refusals.ts';
import { forceClose } from '../sockets/destroy.ts';
import { findWs, type WebSocketClass } from '../sockets/find-ws.ts';
import type { SocketLike } from '../sockets/socket.ts';
import { type HeadersLike, headerEntries } from './headers.ts';

/** The options that the SDK hands on to `ws`, where it finds that. */
export type SocketOptions = { headers?: HeadersLike } | undefined;

/** @param take takes a parameter out of the URL; `null` when there is none */
type Translate = (take: (parameter: string) => string | null) => Readonly<Record<string, string | null>>;

/**
 * The ESM build of an SDK looks for `ws` with `require`, which ES modules do not have, and falls back to the global
 * WebSocket. Node 20 has none; on 22 and later the API key ends up in the URL. While the SDK opens a socket, a stand-in takes
 * the place of the global class, and makes a `ws` socket with the headers that the CommonJS build sends.
 */
export class StandIn {
  readonly #packageName: string;
  readonly #translate: Translate;
  /** The installed `ws`, by the module that asks: copies of the SDK may have different copies of `ws`. */
  readonly #found = new Map<string | undefined, WebSocketClass>();

  /**
   * @param packageName the SDK
   * @param translate makes headers of the parameters that the SDK puts into the URL for browsers, which cannot set headers
   */
  constructor(packageName: string, translate: Translate) {
    this.#packageName = packageName;
    this.#translate = translate;
  }

  /**
   * Runs `open`, in which the SDK opens one socket.
   *
   * @param options the SDK's, for this socket
   * @param configured the `WebSocket` option of `overlay()`
   * @param self path or URL of the module that asks
   */
  open<R>(options: SocketOptions, configured: WebSocketClass | undefined, self: string | undefined, open: () => R): R {
    const current = (globalThis as { WebSocket?: unknown }).WebSocket;
    if (!isNode() || !isAbsentOrNative(current)) return open();
    const Socket = configured ?? this.#installedWs(self);
    if (Socket === undefined) return open();
    return withGlobal('WebSocket', this.#classFor(Socket, options), open);
  }

  /** Runs `open`, in which the SDK begins nothing unless it sees a global class for sockets. */
  withPlaceholder<R>(configured: WebSocketClass | undefined, self: string | undefined, open: () => R): R {
    const isNeeded = isNode() && (globalThis as { WebSocket?: unknown }).WebSocket === undefined;
    if (!isNeeded || (configured ?? this.#installedWs(self)) === undefined) return open();
    return withGlobal('WebSocket', Placeholder, open);
  }

  #installedWs(self: string | undefined): WebSocketClass | undefined {
    const Socket = this.#found.get(self) ?? findWs(this.#packageName, self);
    if (Socket !== undefined) this.#found.set(self, Socket);
    return Socket;
  }

  /** @returns a function and not an arrow: the SDK calls it with `new`, and gets the `ws` socket that it returns */
  #classFor(Socket: WebSocketClass, options: SocketOptions): object {
    const translate = this.#translate;
    return function StandInSocket(url: string | URL) {
      const address = new URL(url);
      const take = (parameter: string) => {
        const value = address.searchParams.get(parameter);
        address.searchParams.delete(parameter);
        return value;
      };
      const headers = new Headers();
      for (const [name, value] of [...Object.entries(translate(take)), ...headerEntries(options?.headers)]) {
        if (value === null) headers.delete(name);
        else if (value !== undefined) headers.set(name, String(value));
      }
      return new Socket(address, { ...options, headers: Object.fromEntries(headers) });
    };
  }
}

/** It looks like Node's own class, until the stand-in takes its place. */
class Placeholder {
  get [Symbol.toStringTag]() {
    return 'WebSocket';
  }
}

/** A test's mock or a polyfill must survive; only Node's own class carries the Web IDL tag on its prototype. */
function isAbsentOrNative(current: unknown): boolean {
  if (current === undefined) return true;
  if (nodeModule<typeof import('node:util')>('util')?.types.isProxy(current)) return false;
  const prototype = (current as { prototype?: object }).prototype;
  return prototype !== undefined && Object.prototype.toString.call(prototype) === '[object WebSocket]';
}

/**
 * Checks the `WebSocket` option. A build that loads `ws` itself takes no other: with two copies of `ws` installed, one of
 * them would be ignored. In a browser the SDK takes the global class, and no other.
 *
 * @param open asks the SDK to open a socket with these options, which give it nothing to connect with
 * @throws {PatchError} when the given class would be ignored
 */
export function checkSocketClass(given: WebSocketClass | undefined, open: (options: object) => SocketLike): void {
  if (given === undefined) return;
  if (!isNode()) {
    throw webSocketRefused('outside Node the SDK takes the global WebSocket', 'Leave the option out in browsers');
  }
  const own = ownSocketClass(open);
  if (own === undefined || own === given) return;
  throw webSocketRefused(
    'this build of the SDK has loaded a ws of its own, and the one given is another copy',
    'Leave the option out, or keep one copy ("npm ls ws" shows them, "npm dedupe" merges them)',
  );
}

/** The class of the sockets that this build of the SDK makes by itself, `undefined` for a build that takes the global one. */
function ownSocketClass(open: (options: object) => SocketLike): unknown {
  class Unused {
    addEventListener() {}
  }
  const { Socket } = nodeModule<typeof import('node:net')>('net')!;
  const socket = withGlobal('WebSocket', Unused, () => open({ createConnection: () => new Socket() }));
  if (socket instanceof Unused) return undefined;
  socket.addEventListener('error', () => {});
  forceClose(socket);
  return socket.constructor;
}
