/** Which connections of the process a client may have opened before it was overlaid. */
import { afterEach, expect, it, vi } from 'vitest';
import { EarlyConnections } from '../../overlays/client/early-connections.ts';

/** A TCP connection in the handshake of a WebSocket. */
const handshake = (host: string, upgrade = 'websocket') => ({
  destroyed: false,
  _httpMessage: { protocol: 'https:', getHeader: (name: string) => ({ host, upgrade })[name] },
});
type Handle = ReturnType<typeof handshake>;

const process = globalThis.process as NodeJS.Process & { _getActiveHandles(): unknown[] };
const open = (...handles: object[]) => vi.spyOn(process, '_getActiveHandles').mockReturnValue(handles);
afterEach(() => void vi.restoreAllMocks());

const hostsFor = (addresses: readonly unknown[]) =>
  new EarlyConnections('provider', () => addresses).of({}, true).map(({ url }) => url.host);

it('a client has connections to all hosts in the domain of its provider', () => {
  open(handshake('streaming.provider.com'), handshake('api.provider.com:8443'), handshake('provider.org'));
  expect(hostsFor(['https://api.provider.com/v1'])).toEqual(['streaming.provider.com', 'api.provider.com:8443']);
});

it('an address without a domain has one host and one port', () => {
  open(handshake('127.0.0.1:1'), handshake('127.0.0.1:2'), handshake('localhost:1'));
  expect(hostsFor(['http://127.0.0.1:2'])).toEqual(['127.0.0.1:2']);
  expect(hostsFor(['ws://localhost:1', 'ws://127.0.0.1:1'])).toEqual(['127.0.0.1:1', 'localhost:1']);
});

it('other values than addresses count for nothing, and options that the SDK cannot read', () => {
  open(handshake('provider.com'));
  expect(hostsFor([undefined, 42, 'provider.com', async () => 'https://provider.com'])).toEqual([]);
  const unreadable = new EarlyConnections('provider', () => {
    throw new TypeError('Invalid URL');
  });
  expect(unreadable.of({}, true)).toEqual([]);
});

it('requests, connections of servers, and those that have ended are none', () => {
  const answer = { _httpMessage: { getHeader: () => 'websocket' } };
  open(handshake('provider.com', ''), answer, {}, { ...handshake('provider.com'), destroyed: true });
  expect(hostsFor(['https://provider.com'])).toEqual([]);
});

it('a domain that is not of the name of the provider belongs to many: there it is the host', () => {
  open(handshake('media.default.svc.cluster.local'), handshake('app.co.uk'), handshake('pubsub.azure.com'));
  expect(hostsFor(['http://provider.default.svc.cluster.local', 'https://provider.co.uk'])).toEqual([]);
  expect(hostsFor(['https://provider.azure.com', 'https://app.co.uk'])).toEqual(['app.co.uk']);
});

it("a WebSocket of Node's own is found by its host, over TLS too, and with an address of IPv6", () => {
  const upgraded = (tcp: object) => ({ [Symbol('parser')]: null, destroyed: false, ...tcp });
  open(
    upgraded({ encrypted: true, servername: 'a.host', remoteAddress: '10.0.0.1', remotePort: 443 }),
    upgraded({ _host: 'b.host', remoteAddress: '10.0.0.2', remotePort: 80 }),
    upgraded({ remoteAddress: '::1', remotePort: 8080 }),
  );
  expect(hostsFor(['https://a.host', 'ws://b.host', 'ws://[::1]:8080'])).toEqual(['a.host', 'b.host', '[::1]:8080']);
});

it('a client has those of now, or those that were open when its class was overlaid, or none', () => {
  const [first, later] = [handshake('a.provider.com'), handshake('b.provider.com')] as const;
  open(first);
  const connections = new EarlyConnections('provider', () => ['https://provider.com']);
  connections.look();
  open(first, later);
  const hosts = (isNew?: boolean) => connections.of({}, isNew).map(({ url }) => url.host);
  expect(hosts(true)).toEqual(['a.provider.com', 'b.provider.com']);
  expect(hosts()).toEqual(['a.provider.com']);
  expect(hosts(false)).toEqual([]);
});

it('one that has ended is left no more', () => {
  const tcp: Handle = handshake('provider.com');
  open(tcp);
  const [connection] = new EarlyConnections('provider', () => ['https://provider.com']).of({}, true);
  expect(connection!.isLeft).toBe(true);
  tcp.destroyed = true;
  expect(connection!.isLeft).toBe(false);
});
