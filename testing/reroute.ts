import http from 'node:http';
import net from 'node:net';
import { setImmediate as later } from 'node:timers';
import tls from 'node:tls';
import { replaceForMoment } from '../overlays/foreign/globals.ts';
import { MemorySocket } from './memory-socket.ts';

type Connect = (...args: unknown[]) => unknown;

/** The functions of Node that open connections, and the event that says so. An agent of `node:http` keeps one of its own. */
const openers: readonly [object: object, key: string, event: string][] = [
  [net, 'connect', 'connect'],
  [net, 'createConnection', 'connect'],
  [http.Agent.prototype, 'createConnection', 'connect'],
  [tls, 'connect', 'secureConnect'],
];

/**
 * Leads the connections to one address into memory. Sockets of `ws`, Node's own WebSocket, `fetch` and agents open them with
 * functions of Node, which this replaces. It makes no TLS handshake. When several lead the same address, the newest does.
 *
 * @param address the origin of a URL
 * @param accept gets the server's side of each connection
 * @returns a function that ends this
 */
export function reroute(address: URL, accept: (server: MemorySocket) => void): () => void {
  let isOver = false;
  const port = Number(address.port) || (address.protocol === 'http:' ? 80 : 443);
  const hostname = address.hostname.replace(/^\[|\]$/g, '');
  const isTo = (target: unknown) => {
    const { host, port: its } = (target ?? {}) as { host?: unknown; port?: unknown };
    return !isOver && host === hostname && Number(its) === port;
  };
  const restores = openers.map(([object, key, event]) => {
    const opener = (object as Record<string, Connect>)[key]!;
    const rerouted: Connect = function (this: unknown, ...args) {
      return isTo(args[0]) ? open(event, args) : opener.apply(this, args);
    };
    return replaceForMoment(object, key, rerouted);
  });

  function open(event: string, [options, onOpen]: readonly unknown[]): MemorySocket {
    const [client, server] = MemorySocket.pair();
    client.setTimeout((options as { timeout?: number }).timeout ?? 0);
    if (typeof onOpen === 'function') client.once(event, () => onOpen());
    later(() => {
      if (client.destroyed) return;
      accept(server);
      // A TCP connection emits the first one, and over TLS the second one too.
      for (const event of ['connect', 'secureConnect']) client.emit(event);
    });
    return client;
  }

  return () => {
    isOver = true;
    for (const restore of restores) restore();
  };
}
