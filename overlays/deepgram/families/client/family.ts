import { fetchFor } from '../../../client/fetch.ts';
import { ownClientMembers } from '../../../client/members.ts';
import { addressesIn } from '../../../fern/addresses.ts';
import { inheritedBy, tiePart } from '../../../fern/nested-resources.ts';
import { type Members, snapshot } from '../../../foreign/members.ts';
import type { Family } from '../../../seams/family.ts';
import { webSocketRefused } from '../../../seams/refusals.ts';
import { SocketClasses } from './socket-classes.ts';
import { tieSockets } from './sockets.ts';

interface Client {
  /** Sends a request to any path, from 5.1 on. */
  fetch?(input: string | URL | Request, init?: RequestInit, options?: object): Promise<Response>;
}

/** The SDK's own limit of a request, in ms. */
const timeout = 60_000;

/**
 * `DeepgramClient` of 5.x. Its parts are accessors, some of which make a new part each time. It makes a socket only when it
 * has the key, so the classes of sockets are found at the first one.
 */
export const client: Family<Client> = {
  sdk: 'deepgram',
  name: 'client',
  required: ['sessionId', 'listen', 'speak', 'agent', 'manage', 'selfHosted'],

  addressesOf: (client) => addressesIn(client, 'https://api.deepgram.com'),

  seams(prototype, self) {
    const sockets = new SocketClasses(self);
    const options = {
      timeout,
      onPart: (part: object, owner: object) => tieSockets(part, owner, (ws) => sockets.find(ws)),
    };
    const getters = Object.entries(inheritedBy(Object.create(prototype))).filter(([, { get }]) => get !== undefined);
    const parts: Members = {};
    for (const [name, { get }] of getters) {
      parts[name] = {
        get(this: object) {
          return tiePart(this, get!.call(this), options);
        },
      };
    }
    const members = { ...ownClientMembers(), ...parts, ...fetchMember(prototype) };
    return {
      registry: sockets,
      patches: [{ object: prototype, name: 'the client', members }],
      check({ WebSocket }) {
        if (WebSocket === undefined) return;
        throw webSocketRefused('the SDK loads ws by itself', 'Leave the option out');
      },
      adopt(client) {
        for (const [name] of getters) void (client as Record<string, unknown>)[name];
      },
    };
  },
};

function fetchMember(prototype: Client): Members {
  const sdk = snapshot(prototype);
  if (sdk.fetch === undefined) return {};
  const fetch: Client['fetch'] & ThisType<Client> = function (this: Client, input, init, options) {
    const send = (signal: AbortSignal) => sdk.fetch!.call(this, input, { ...init, signal }, options);
    return fetchFor(this, init?.signal, send);
  };
  return { fetch: { value: fetch, writable: true } };
}
