import { clientKey } from '../../../../core/symbols.ts';
import { clientState } from '../../../client/client-state.ts';
import { fetchFor } from '../../../client/fetch.ts';
import { clientMembers } from '../../../client/members.ts';
import { type Members, setMember, snapshot } from '../../../foreign/members.ts';
import type { Family } from '../../../seams/family.ts';
import { optionsOfInstance } from '../../../seams/overlay-options.ts';
import { connectionsBehind } from '../reconnecting/family.ts';

/** The client and each of its parts: every one is a client by itself, with the key and the URL. */
export interface NestedClient {
  /** 1.0.x */
  fetch?(path: string, options?: RequestInit): Promise<Response>;
  /** 1.1.0 and later. */
  _fetch?(path: string, options?: RequestInit): Promise<Response>;
}

interface Client extends NestedClient {
  readonly baseUrl: unknown;
  tts: { websocket(options: object): object };
}

const fetches = ['_fetch', 'fetch'] as const;

/** `Cartesia` of 1.x: it has its parts as members, and nothing of its own on its prototype. */
export const nestedClient: Family<Client> = {
  sdk: 'cartesia',
  name: 'nested-client',
  required: ['constructor'],
  prototypeOf(instance) {
    if (!Object.hasOwn(instance, 'apiKey') || !Object.hasOwn(instance, 'baseUrl')) return undefined;
    for (let at = Object.getPrototypeOf(instance); at !== null; at = Object.getPrototypeOf(at)) {
      if (fetches.some((name) => Object.hasOwn(at, name))) return at as object;
    }
    return undefined;
  },
  connectionsBehind: (client) => [client.tts, ...connectionsBehind(client)],
  // A part has none, so that its report does not name what that of the client names.
  addressesOf: ({ tts, baseUrl }) => (tts === undefined ? [] : [baseUrl]),

  seams(prototype) {
    const sdk = snapshot(prototype);
    const name = fetches.find((name) => Object.hasOwn(prototype, name))!;
    const fetch = function (this: NestedClient, path: string, options: RequestInit = {}) {
      return fetchFor(this, options.signal, (signal) => sdk[name]!.call(this, path, { ...options, signal }));
    };
    const members = { ...nestedMembers(prototype), [name]: { value: fetch, writable: true } };
    return { patches: [{ object: prototype, name: 'the client', members }] };
  },
};

interface Speaker extends NestedClient {
  websocket(options: object): object;
}

/** `TTS` of 1.x: it makes connections, which do not know it. */
export const nestedSpeaker: Family<Speaker> = {
  sdk: 'cartesia',
  name: 'nested-speaker',
  required: ['websocket', '_fetch'],

  seams(prototype) {
    const { websocket } = prototype;
    const members: Pick<Speaker, 'websocket'> & ThisType<Speaker> = {
      websocket(options) {
        const ws = websocket.call(this, options);
        setMember(ws, clientKey, { value: this });
        return ws;
      },
    };
    return {
      patches: [
        { object: prototype, name: 'TTS', members: Object.getOwnPropertyDescriptors(members) as unknown as Members },
      ],
    };
  },
};

/** The same before 1.1.0. */
export const nestedSpeaker10: Family<Speaker> = { ...nestedSpeaker, required: ['websocket', 'fetch'] };

/** The members of a client that ends its parts with it. The SDK makes the parts in a constructor that asks nobody. */
function nestedMembers(prototype: object): Members {
  const partsOf = (client: object) =>
    Object.values(client).filter((part) => Object.prototype.isPrototypeOf.call(prototype, part)) as object[];
  const tied = new WeakSet<object>();
  return clientMembers({
    levelOf: (client) => ({
      get connected() {
        return [client, ...partsOf(client)].some((one) => clientState(one).connected);
      },
      get connections() {
        // A part that is tied is among the client's own members.
        const untied = partsOf(client).filter((part) => !tied.has(part));
        return [client, ...untied].flatMap((one) => clientState(one).connections);
      },
      end(limit, drain) {
        const state = clientState(client);
        for (const part of partsOf(client).filter((part) => !tied.has(part))) {
          tied.add(part);
          state.add(clientState(part));
        }
        return state.end(limit, drain);
      },
    }),
    optionsOf: (client) => optionsOfInstance(client),
    isInstance: () => true,
  });
}
