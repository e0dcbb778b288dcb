import { clientKey } from '../../../../core/symbols.ts';
import { fetchFor } from '../../../client/fetch.ts';
import { ownClientMembers } from '../../../client/members.ts';
import { onAssigned } from '../../../foreign/assigned.ts';
import { type Members, setMember } from '../../../foreign/members.ts';
import { attach } from '../../../seams/attach.ts';
import type { Connections, Family, Patch } from '../../../seams/family.ts';
import { webSocketRefused } from '../../../seams/refusals.ts';
import { live } from '../live/family.ts';
import { type ClientOptions, ownerIn } from './owner.ts';

interface Client {
  options: ClientOptions;
}

/** The part whose live clients show the class of all of them. */
interface Parts {
  manage: RestPart;
  listen: { live(): object };
}

type Fetch = (input: unknown, init?: RequestInit) => Promise<Response>;

/** A part that sends requests, by a function which its constructor assigns. */
interface RestPart extends Client {
  fetch: Fetch;
}

/** It stands for a socket, and dials nothing. */
class NoSocket {}

/** No instance of these sends anything. */
const unused = { key: 'a-key-for-nobody', global: { websocket: { client: NoSocket } } };

/** `DeepgramClient` of 3.4 to 4.x. Its parts are accessors, which make a new part each time, with the options of the client. */
export const liveClient: Family<Client> = {
  sdk: 'deepgram',
  name: 'live-client',
  required: ['onprem', 'listen', 'manage', 'getRequestUrl', 'namespaceOptions'],

  addressesOf: ({ options }) => Object.values(options).map((ofParts) => ofParts?.websocket?.options?.url),

  seams(prototype, self) {
    const members = { ...ownClientMembers(), options: onAssigned('options', own) };
    const { manage, listen } = Object.create(prototype, { options: { value: unused } }) as Parts;
    return {
      registry: new LiveClasses(listen, self),
      check({ WebSocket }) {
        if (WebSocket === undefined) return;
        throw webSocketRefused('the SDK has an option of its own for it', 'Give the class to createClient()');
      },
      adopt: (client) => own(client, client.options),
      patches: [{ object: prototype, name: 'the client', members }, restPatch(manage)],
    };
  },
};

/** The class above all live clients has its seams as long as that of the clients has its own. */
class LiveClasses implements Connections<Client> {
  readonly #listen: Parts['listen'];
  readonly #self: string | undefined;
  #detach: () => void = () => {};

  constructor(listen: Parts['listen'], self: string | undefined) {
    this.#listen = listen;
    this.#self = self;
  }

  activate(): void {
    this.#detach = attach(this.#listen.live(), [live], this.#self).detach;
  }

  retire(_className: string, _members: Members, onUnused: () => void): void {
    this.#detach();
    onUnused();
  }

  connectionOf(): undefined {}
}

/**
 * The SDK merges these options into those of every part, and a function is not copied.
 *
 * @returns false when they are the client's already
 */
function own(client: Client, options: ClientOptions): boolean {
  const isNew = options[clientKey] === undefined;
  options[clientKey] = () => client;
  return isNew;
}

/** @param part one that sends requests: all of these have one class above them */
function restPatch(part: RestPart): Patch {
  let object = Object.getPrototypeOf(part) as object;
  while (!Object.hasOwn(object, '_handleRequest')) object = Object.getPrototypeOf(object) as object;
  return { object, name: 'the requests', members: restMembers() };
}

function restMembers(): Members {
  const set = function (this: RestPart, fetch: Fetch) {
    const value: Fetch = (input, init) => {
      const client = ownerIn(this.options);
      if (client === undefined) return fetch(input, init);
      return fetchFor(client, init?.signal, (signal) => fetch(input, { ...init, signal }));
    };
    setMember(this, 'fetch', { value, writable: true, enumerable: true });
  };
  return { fetch: { get: () => undefined, set } };
}
