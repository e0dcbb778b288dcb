import { clientKey } from '../../core/symbols.ts';
import { untilDisconnected } from '../client/exchanges.ts';
import { ownClientMembers } from '../client/members.ts';
import { keep, kept } from '../foreign/keep.ts';
import { type Members, setMember, snapshot } from '../foreign/members.ts';
import type { Patch, Seams } from '../seams/family.ts';
import { handled } from '../seams/handled.ts';
import { type RequestOptions, request } from './requests.ts';

/** A part of a client, such as `client.tts`. The SDK makes it when it is asked for, with the options of the client. */
interface Resource {
  readonly _options?: { fetcher?: unknown; timeoutInSeconds?: number; maxRetries?: number };
}

type Method = (this: Resource, ...args: unknown[]) => unknown;

/** The client of a resource, which does not know it itself. */
export type OwnerOf = (resource: object) => object | undefined;

/** Each resource keeps its client under this key. An app may call the resource through a proxy. */
const ownerKey = Symbol('hangup.owner');
const ownerOf: OwnerOf = (resource) => kept(resource, ownerKey);

/** By name, the seams of methods that do more than send a request. */
type SpecialMethods = Readonly<Record<string, (sdk: never, ownerOf: OwnerOf) => (...args: never[]) => unknown>>;

/** The seams of a client whose requests are sent by its resources, each of which is an accessor of the client's class. */
export function resourceSeams<T extends object>(prototype: T, special: SpecialMethods): Seams<T> {
  const patches = new Map<object, Patch>();
  /** A resource may have resources of its own. @param made by the SDK for a client without options */
  const add = (made: Resource) => {
    for (const object of prototypesOf(made)) {
      if (patches.has(object)) continue;
      const parts = partsOf(Object.getOwnPropertyDescriptors(object), made);
      const owned = ownedParts(parts, ownerOf);
      patches.set(object, {
        object,
        name: 'a resource',
        members: { ...resourceMembers(object, special), ...owned },
      });
      for (const { made } of parts.values()) add(made);
    }
  };
  const parts = partsOf(gettersOf(prototype), Object.create(prototype, { _options: { value: {} } }));
  for (const { made } of parts.values()) add(made);
  const members = { ...ownClientMembers(), ...ownedParts(parts, (client) => client) };
  return {
    adopt: (instance) => adopt(instance, [...parts.keys()]),
    patches: [{ object: prototype, name: 'the client', members }, ...patches.values()],
  };
}

/** Ties the resources that were handed out before, by asking for them. */
function adopt(object: object, names: readonly string[]): void {
  for (const name of names) {
    const part: unknown = object[name as never];
    if (isResource(part)) adopt(part, [...gettersOf(Object.getPrototypeOf(part)).keys()]);
  }
}

interface Part {
  get(): Resource;
  readonly made: Resource;
}
type Getters = ReadonlyMap<string, PropertyDescriptor> | Record<string, PropertyDescriptor>;

/** Leaves out accessors of anything else than a resource. */
function partsOf(getters: Getters, object: object): Map<string, Part> {
  const parts = new Map<string, Part>();
  for (const [name, { get }] of getters instanceof Map ? getters : Object.entries(getters as object)) {
    const made: unknown = (get as Part['get'] | undefined)?.call(object);
    if (isResource(made)) parts.set(name, { get: get as Part['get'], made });
  }
  return parts;
}

function isResource(part: unknown): part is Resource {
  return typeof part === 'object' && part !== null && '_options' in part;
}

/** The accessors of the class and of those above it, the nearest first. */
function gettersOf(prototype: object): Map<string, PropertyDescriptor> {
  const getters = new Map<string, PropertyDescriptor>();
  for (const object of prototypesOf(Object.create(prototype))) {
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
      if (descriptor.get !== undefined && !getters.has(name)) getters.set(name, descriptor);
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

/** @param ownerOf gives the client of the object that a part is read from */
function ownedParts(parts: ReadonlyMap<string, Part>, ownerOf: OwnerOf): Members {
  const members: Members = {};
  for (const [name, { get }] of parts) {
    const owned = function (this: object): Resource {
      const resource = get.call(this);
      const owner = ownerOf(this);
      if (owner !== undefined) keep(resource, ownerKey, owner);
      return resource;
    };
    members[name] = { get: owned };
  }
  return members;
}

function resourceMembers(prototype: object, special: SpecialMethods): Members {
  const members: Members = {};
  for (const [name, method] of Object.entries(Object.getOwnPropertyDescriptors(snapshot(prototype)))) {
    if (typeof method.value !== 'function' || name === 'constructor' || name.startsWith('_')) continue;
    const wrap = special[name] ?? requesting;
    members[name] = { value: wrap(method.value as never, ownerOf), writable: true };
  }
  return members;
}

/** Ties the connection that a method makes to the client. */
export function tied(connecting: Method, ownerOf: OwnerOf): Method {
  return function (...args) {
    const ws = connecting.apply(this, args) as object;
    const client = ownerOf(this);
    if (client !== undefined) setMember(ws, clientKey, { value: client });
    return ws;
  };
}

/** The promise of a request, in later versions of the generator. */
interface Answer extends Promise<unknown> {
  withRawResponse?(): Promise<unknown>;
}

/** The options of a request are the last parameter of its method. */
function requesting(method: Method, ownerOf: OwnerOf): Method {
  const count = parametersOf(method);
  const last = count - 1;
  const requested: Method = function (...args) {
    const client = ownerOf(this);
    if (client === undefined) return method.apply(this, args);
    const { fetcher, timeoutInSeconds, maxRetries } = this._options ?? {};
    const given = { timeoutInSeconds, maxRetries, ...withoutUndefined(args[last]) };
    let answer: Answer | undefined;
    const answered: Answer = request(client, given, fetcher === undefined, (options) => {
      const passed = Array.from({ length: Math.max(args.length, count) }, (_, n) => args[n]);
      passed[last] = options;
      answer = method.apply(this, passed) as Answer;
      return answer;
    });
    if (answer === undefined || typeof answer.withRawResponse === 'function') {
      const raw = () => rawResponse(client, answered, answer);
      setMember(answered, 'withRawResponse', { value: raw, writable: true });
    }
    return answered;
  };
  return Object.defineProperty(requested, 'length', { value: method.length });
}

/** @param answer the SDK's own promise; `undefined` when the request was refused */
function rawResponse(client: object, answered: Answer, answer: Answer | undefined): Promise<unknown> {
  if (answer === undefined) return answered;
  // The app looks at this promise, and not at the other one.
  handled(answered);
  return untilDisconnected(client, () => answer.withRawResponse!(), true);
}

/** `length` does not count a parameter with a default value, and those after it. */
function parametersOf(method: Method): number {
  const [, list] = /^[^(]*\(([^)]*)\)/.exec(String(method)) ?? [];
  return list?.trim() ? list.split(',').length : method.length;
}

const withoutUndefined = (options: unknown): RequestOptions =>
  Object.fromEntries(Object.entries(options ?? {}).filter(([, value]) => value !== undefined));
