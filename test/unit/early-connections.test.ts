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
  new EarlyConnections(() => addresses).of({}, true).map(({ url }) => url.host);

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
  const unreadable = new EarlyConnections(() => {
    throw new TypeError('Invalid URL');
  });
  expect(unreadable.of({}, true)).toEqual([]);
});

it('requests, connections of servers, and those that have ended are none', () => {
  const answer = { _httpMessage: { getHeader: () => 'websocket' } };
  open(handshake('provider.com', ''), answer, {}, { ...handshake('provider.com'), destroyed: true });
  expect(hostsFor(['https://provider.com'])).toEqual([]);
});

it('a client that hangup has known from its begin has only those that were open when its class was overlaid', () => {
  const [first, later] = [handshake('a.provider.com'), handshake('b.provider.com')] as const;
  open(first);
  const connections = new EarlyConnections(() => ['https://provider.com']);
  connections.look();
  open(first, later);
  const hosts = (isNew: boolean) => connections.of({}, isNew).map(({ url }) => url.host);
  expect([hosts(false), hosts(true)]).toEqual([['a.provider.com'], ['a.provider.com', 'b.provider.com']]);
});

it('one that has ended is left no more', () => {
  const tcp: Handle = handshake('provider.com');
  open(tcp);
  const [connection] = new EarlyConnections(() => ['https://provider.com']).of({}, true);
  expect(connection!.isLeft).toBe(true);
  tcp.destroyed = true;
  expect(connection!.isLeft).toBe(false);
});
