import { clientKey } from '../../core/symbols.ts';
import { ownClientMembers } from '../client/members.ts';
import { keep, kept } from '../foreign/keep.ts';
import { type Members, setMember, snapshot } from '../foreign/members.ts';
import type { Patch, Seams } from '../seams/family.ts';
import { type RequestOptions, request } from './requests.ts';

/** A part of a client, such as `client.tts`. The SDK makes it when it is first asked for, with the options of the client. */
interface Resource {
  readonly _options?: { fetcher?: unknown };
}

type Method = (this: Resource, ...args: unknown[]) => unknown;

/** Each resource keeps its client under this key, because it does not know it. An app may call the resource through a proxy. */
const ownerKey = Symbol('hangup.owner');
const ownerOf = (resource: object): object | undefined => kept(resource, ownerKey);

/** The methods of resources that do not just send a request. */
interface SpecialMethods {
  /** Makes a connection. */
  connecting: string;
  /** By name, the seam of a method that reads from a connection of its own, which it gets from the method above. */
  reading: Readonly<Record<string, (sdk: never) => (...args: never[]) => unknown>>;
}

/** The seams of a client whose requests are sent by its resources, each of which is an accessor of the client's class. */
export function resourceSeams<T extends object>(prototype: T, special: SpecialMethods): Seams<T> {
  const getters = gettersOf(prototype);
  const probe: object = Object.create(prototype, { _options: { value: {} } });
  const resources = new Set([...getters.values()].flatMap((get) => prototypesOf(get.call(probe))));
  const patches = [...resources].map(
    (object): Patch => ({ object, name: 'a resource', members: resourceMembers(object, special) }),
  );
  const members = { ...ownClientMembers(), ...ownedResources(getters) };
  return {
    adopt(instance) {
      for (const name of getters.keys()) void instance[name as keyof T];
    },
    patches: [{ object: prototype, name: 'the client', members }, ...patches],
  };
}

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

function ownedResources(getters: ReadonlyMap<string, () => Resource>): Members {
  const members: Members = {};
  for (const [name, get] of getters) {
    const owned = function (this: object): Resource {
      const resource = get.call(this);
      keep(resource, ownerKey, this);
      return resource;
    };
    members[name] = { get: owned };
  }
  return members;
}

function resourceMembers(prototype: object, { connecting, reading }: SpecialMethods): Members {
  const members: Members = {};
  for (const [name, method] of Object.entries(Object.getOwnPropertyDescriptors(snapshot(prototype)))) {
    if (typeof method.value !== 'function' || name === 'constructor' || name.startsWith('_')) continue;
    const wrap = reading[name] ?? (name === connecting ? tied : requesting);
    members[name] = { value: wrap(method.value as never), writable: true };
  }
  return members;
}

/** Ties the connection that a method makes to the client. */
function tied(connecting: Method): Method {
  return function (...args) {
    const ws = connecting.apply(this, args) as object;
    const client = ownerOf(this);
    if (client !== undefined) setMember(ws, clientKey, { value: client });
    return ws;
  };
}

/** The options of a request are the last parameter of its method. */
function requesting(method: Method): Method {
  const last = method.length - 1;
  const requested: Method = function (...args) {
    const client = ownerOf(this);
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
