import { fetchFor } from '../../../client/fetch.ts';
import { resourceSeams } from '../../../fern/resources.ts';
import { type Members, snapshot } from '../../../foreign/members.ts';
import { attach } from '../../../seams/attach.ts';
import type { Connections, Family, Seams } from '../../../seams/family.ts';
import { streaming } from '../streaming/family.ts';
import { connecting } from './parts.ts';

interface Client {
  /** Sends a request to any path, from 5.1 on. */
  fetch?(input: string | URL | Request, init?: RequestInit, options?: object): Promise<Response>;
}

/**
 * `DeepgramClient` of 5.x. Its parts are accessors, some of which make a new part each time. It makes a socket only when it
 * has the key, so the classes of sockets are found at the first one.
 */
export const client: Family<Client> = {
  sdk: 'deepgram',
  name: 'client',
  required: ['sessionId', 'listen', 'speak', 'agent', 'manage', 'selfHosted'],

  seams(prototype, self) {
    const sockets = new SocketClasses(self);
    const connect = connecting((ws) => sockets.find(ws));
    const leftAlone = (sdk: (...args: unknown[]) => unknown) => sdk;
    // createConnection() calls connect().
    const seams = resourceSeams(prototype, { connect, createConnection: leftAlone });
    const [ofClient, ...ofParts] = seams.patches;
    const members = { ...ofClient.members, ...fetchMember(prototype) };
    return { ...seams, patches: [{ ...ofClient, members }, ...ofParts], registry: sockets } satisfies Seams<Client>;
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

/** The classes of the sockets that clients of one class have made. They have their seams as long as that class has its own. */
class SocketClasses implements Connections<Client> {
  readonly #self: string | undefined;
  readonly #found = new Map<object, () => void>();
  #isActive = false;

  constructor(self: string | undefined) {
    this.#self = self;
  }

  /** Finds the class of a socket, and takes the socket over. */
  find(ws: object): void {
    const prototype = Object.getPrototypeOf(ws) as object;
    if (!this.#isActive) return;
    if (!this.#found.has(prototype)) this.#found.set(prototype, attach(ws, [streaming], this.#self).detach);
    void (ws as { connected?: boolean }).connected;
  }

  activate(): void {
    this.#isActive = true;
  }

  retire(_className: string, _members: Members, onUnused: () => void): void {
    this.#isActive = false;
    for (const detach of this.#found.values()) detach();
    this.#found.clear();
    onUnused();
  }

  connectionOf(): undefined {}
}
