import net from 'node:net';
import { setImmediate as later } from 'node:timers';
import tls from 'node:tls';
import { replaceForMoment } from '../overlays/foreign/globals.ts';
import { MemorySocket } from './memory-socket.ts';

type Connect = (...args: unknown[]) => unknown;

/**
 * Leads the connections to one address into memory. Sockets of `ws`, Node's own WebSocket and `fetch` open them with
 * `connect()` of `node:net` or `node:tls`, which this replaces. It makes no TLS handshake.
 *
 * @param address the origin of a URL
 * @param accept gets the server's side of each connection
 * @returns a function that ends this
 */
export function reroute(address: URL, accept: (server: MemorySocket) => void): () => void {
  let isOver = false;
  const port = Number(address.port) || (address.protocol === 'http:' ? 80 : 443);
  const isTo = (target: unknown) => {
    const { host, port: its } = (target ?? {}) as { host?: unknown; port?: unknown };
    return !isOver && host === address.hostname && Number(its) === port;
  };
  const restores = [net, tls].map((module: { connect: unknown }) => {
    const connect = module.connect as Connect;
    const rerouted: Connect = (...args) => (isTo(args[0]) ? open(args[0] as object) : connect.apply(module, args));
    return replaceForMoment(module, 'connect', rerouted);
  });

  function open({ timeout = 0 }: { timeout?: number }): MemorySocket {
    const [client, server] = MemorySocket.pair();
    client.setTimeout(timeout);
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
