import { type ClientState, clientKey, clientState } from '../../../client/client-state.ts';
import { type Members, setMember } from '../../../foreign/members.ts';
import { type Family, snapshot } from '../../../seams/attach.ts';
import { disconnectableMembers } from '../../../seams/disconnectable-members.ts';
import { optionsFor } from '../../../seams/overlay-options.ts';
import { connectionsBehind } from '../reconnecting/family.ts';
import { nestedFetch } from './requests.ts';

/** What the client and its parts have in common: each is a client by itself, with the key and the URL. */
export interface NestedClient {
  /** 1.0.x */
  fetch?(path: string, options?: RequestInit): Promise<Response>;
  /** 1.1.0 and later. */
  _fetch?(path: string, options?: RequestInit): Promise<Response>;
}

interface Client extends NestedClient {
  tts: { websocket(options: object): object };
}

const fetches = ['_fetch', 'fetch'] as const;

/** `Cartesia` of 1.x: it has its parts as members, and nothing of its own on its prototype. */
export const nestedClient: Family<Client> = {
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

  seams(prototype) {
    const sdk = snapshot(prototype);
    const name = fetches.find((name) => Object.hasOwn(prototype, name))!;
    const members = { ...nestedMembers(prototype), [name]: { value: nestedFetch(sdk[name]!), writable: true } };
    return { patches: [{ object: prototype, name: 'the client', members }] };
  },
};

interface Speaker extends NestedClient {
  websocket(options: object): object;
}

/** `TTS` of 1.x, whose connections know nothing of it. */
export const nestedSpeaker: Family<Speaker> = {
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
    const patch = { object: prototype, name: 'TTS', members: Object.getOwnPropertyDescriptors(members) };
    return { patches: [patch as { object: object; name: string; members: Members }] };
  },
};

/** The same before 1.1.0. */
export const nestedSpeaker10: Family<Speaker> = { ...nestedSpeaker, required: ['websocket', 'fetch'] };

function nestedMembers(prototype: object): Members {
  const tied = new WeakSet<object>();
  /** The parts of a client end with it. */
  const stateOf = (client: object): ClientState => {
    const state = clientState(client);
    for (const part of Object.values(client)) {
      if (!Object.prototype.isPrototypeOf.call(prototype, part) || tied.has(part as object)) continue;
      tied.add(part as object);
      state.add(clientState(part as object));
    }
    return state;
  };
  return disconnectableMembers({ rungOf: stateOf, optionsOf: (client) => optionsFor(client), isInstance: () => true });
}
