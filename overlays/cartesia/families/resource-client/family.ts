import { clientKey } from '../../../client/client-state.ts';
import { type RequestOptions, request } from '../../../fern/requests.ts';
import { type Members, setMember } from '../../../foreign/members.ts';
import { type Family, snapshot } from '../../../seams/attach.ts';
import { clientMembers } from '../client/members.ts';
import { connectionsBehind } from '../reconnecting/family.ts';

/** What the SDK hands out at `client.tts` and its like: made when first asked for, with the options of the client. */
interface Resource {
  readonly _options?: { fetcher?: unknown };
}

type Method = (this: Resource, ...args: unknown[]) => unknown;

interface ResourceClient {
  tts: { websocket(options: object): object };
}

/** `CartesiaClient` of 2.x. */
export const resourceClient: Family<ResourceClient> = {
  name: 'resource-client',
  required: ['tts', 'apiStatus', 'voices', 'voiceChanger'],
  connectionsBehind,

  seams(prototype) {
    const owners = new WeakMap<Resource, object>();
    const getters = gettersOf(prototype);
    const probe: object = Object.create(prototype, { _options: { value: {} } });
    const resources = new Set([...getters.values()].flatMap((get) => prototypesOf(get.call(probe))));
    return {
      adopt(instance) {
        for (const name of getters.keys()) void instance[name as keyof ResourceClient];
      },
      patches: [
        { object: prototype, name: 'the client', members: { ...clientMembers(), ...ownedResources(getters, owners) } },
        ...[...resources].map((object) => ({ object, name: 'a resource', members: resourceMembers(object, owners) })),
      ],
    };
  },
};

/** The accessors of the class and of those above it, the nearest first. */
function gettersOf(prototype: object): Map<string, () => Resource> {
  const getters = new Map<string, () => Resource>();
  for (const object of prototypesOf(Object.create(prototype))) {
    for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
      if (get !== undefined && !getters.has(name)) getters.set(name, get);
    }
  }
  return getters;
}

function prototypesOf(instance: object): object[] {
  const found: object[] = [];
  for (let at = Object.getPrototypeOf(instance); at !== Object.prototype; at = Object.getPrototypeOf(at))
    found.push(at);
  return found;
}

/** A resource does not know its client. */
function ownedResources(getters: ReadonlyMap<string, () => Resource>, owners: WeakMap<Resource, object>): Members {
  const members: Members = {};
  for (const [name, get] of getters) {
    const owned = function (this: object): Resource {
      const resource = get.call(this);
      owners.set(resource, this);
      return resource;
    };
    members[name] = { get: owned };
  }
  return members;
}

function resourceMembers(prototype: object, owners: WeakMap<Resource, object>): Members {
  const members: Members = {};
  for (const [name, method] of Object.entries(Object.getOwnPropertyDescriptors(snapshot(prototype)))) {
    if (typeof method.value !== 'function' || name === 'constructor' || name.startsWith('_')) continue;
    // It reads from a connection of its own, which it gets from websocket().
    if (name === 'transcribeChunks') continue;
    const wrap = name === 'websocket' ? connecting : requesting;
    members[name] = { value: wrap(method.value as Method, owners), writable: true };
  }
  return members;
}

function connecting(websocket: Method, owners: WeakMap<Resource, object>): Method {
  return function (...args) {
    const ws = websocket.apply(this, args) as object;
    const client = owners.get(this);
    if (client !== undefined) setMember(ws, clientKey, { value: client });
    return ws;
  };
}

/** The options of a request are the last parameter of its method. */
function requesting(method: Method, owners: WeakMap<Resource, object>): Method {
  const last = method.length - 1;
  const requested: Method = function (...args) {
    const client = owners.get(this);
    if (client === undefined) return method.apply(this, args);
    const given = args[last] as RequestOptions | undefined;
    const isOwnFetcher = this._options?.fetcher === undefined;
    return request(client, given, isOwnFetcher, (options) => {
      const passed = Array.from({ length: Math.max(args.length, method.length) }, (_, n) => args[n]);
      passed[last] = options;
      return method.apply(this, passed) as Promise<unknown>;
    });
  };
  return Object.defineProperty(requested, 'length', { value: method.length });
}
