import type { DisconnectReport } from '../../../core/disconnectable.ts';
import { PatchError } from '../../../core/errors.ts';
import { Ladder } from '../../../core/ladder.ts';
import { readBudget } from '../../../core/options.ts';
import { catchInstance, findMark, type Mark, marker, type Members, replaceMembers } from '../../overlay.ts';
import { version } from '../../version.ts';
import { importFromHint } from '../hint.ts';
import { type OverlayOptions, optionsFor, setOptions } from './options.ts';
import { Registry } from './registry.ts';
import { contextMembers, requiredMembers, ttswsMembers } from './seam.ts';
import type { CartesiaClient, TTSWS, TTSWSContext } from './shapes.ts';

/** The mark of this family: `cover` is how an overlay of any version reaches what is installed. */
export interface ContextRouterMark extends Mark {
  cover(target: object, options: OverlayOptions): () => void;
}

/** @returns the prototype that hangup patches, and the classes and instance below it */
function findPrototype(target: object): { prototype: TTSWS; below: object[] } {
  const below: object[] = [];
  let at: object | null = typeof target === 'function' ? (target as { prototype: object }).prototype : target;
  for (; at !== null && at !== undefined; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, '_initSocket')) return { prototype: at as TTSWS, below };
    below.push(at);
  }
  throw wrongTarget(target, 'it is neither the TTSWS class of the SDK, nor an instance of it, nor a client');
}

function wrongTarget(target: unknown, why: string): PatchError {
  const name = typeof target === 'function' ? `class ${target.name}` : Object.prototype.toString.call(target);
  return new PatchError('ERR_PATCH_TARGET', `overlay() cannot patch ${name}`, why, importFromHint);
}

/** @returns the mark of what is installed, and what takes it off again (nothing, if it was there before) */
export function install(target: object, self?: string): { mark: ContextRouterMark; uninstall: () => void } {
  const { prototype, below } = findPrototype(target);
  const missing = requiredMembers.find((name) => typeof prototype[name] !== 'function');
  if (missing !== undefined) throw wrongTarget(target, `the class has no ${missing}(), so it is not a version that hangup knows`);
  const installed = findMark<ContextRouterMark>(prototype);
  const { mark, put } = installed === undefined ? prepare(prototype, self) : { mark: installed, put: () => () => {} };
  const replaced = Object.keys(mark.members);
  for (const object of below) {
    const overridden = replaced.find((name) => Object.hasOwn(object, name));
    if (overridden === undefined) continue;
    throw new PatchError(
      'ERR_PATCH_SUBCLASS',
      `overlay() cannot patch ${object.constructor?.name ?? 'this object'}`,
      `it overrides ${overridden}(), and hangup has to be the one who answers that call`,
      'Overlay the class of the SDK itself before it is subclassed, and wrap the connection instead of overriding it',
    );
  }
  return { mark, uninstall: put() };
}

/** The seams for one class, not put in yet. */
function prepare(prototype: TTSWS, self: string | undefined): { mark: ContextRouterMark; put(): () => void } {
  const registry = new Registry();
  const sdk = snapshot(prototype);
  const members = ttswsMembers(sdk, registry, self);
  const Context = Object.getPrototypeOf(sdk.context.call({ _registerContext() {} } as never, {})) as TTSWSContext;
  members['context'] = {
    writable: true,
    value: function (this: TTSWS, options: unknown) {
      const context = sdk.context.call(this, options);
      registry.remember(context);
      return context;
    },
  };
  for (const descriptor of Object.values(members)) descriptor.enumerable = false;
  const mark: ContextRouterMark = {
    version,
    family: 'context-router',
    members,
    cover: (target, options) => cover(registry, target, options),
  };
  const all: Members = { ...members, [marker]: { value: mark } };
  const put = () => {
    const removeContext = replaceMembers(Context, 'TTSWSContext', contextMembers(snapshot(Context), registry));
    try {
      const remove = replaceMembers(prototype, 'TTSWS', all);
      return () => {
        remove();
        keepUntilIdle(registry, all, removeContext);
      };
    } catch (error) {
      removeContext();
      throw error;
    }
  };
  return { mark, put };
}

/** The SDK's own members, to be called when hangup's are in their place. */
function snapshot<T extends object>(prototype: T): T {
  return Object.create(Object.getPrototypeOf(prototype), Object.getOwnPropertyDescriptors(prototype));
}

/** Connections that are open when the overlay is undone keep their seams until they close. */
function keepUntilIdle(registry: Registry, members: Members, removeContext: () => void): void {
  const kept = new Map(registry.openInstances.map((ws) => [ws, replaceMembers(ws, 'TTSWS', members)]));
  if (kept.size === 0) return removeContext();
  registry.onIdle = (ws) => {
    kept.get(ws)?.();
    kept.delete(ws);
    if (kept.size === 0) removeContext();
  };
}

function cover(registry: Registry, target: object, options: OverlayOptions): () => void {
  if (typeof target === 'function') return setOptions((target as { prototype: object }).prototype, options);
  const reset = setOptions(target, options);
  if (isClient(target)) {
    const remove = replaceMembers(target, 'the client', clientMembers(registry));
    return () => {
      remove();
      reset();
    };
  }
  registry.connectionOf(target as TTSWS);
  return reset;
}

export function isClient(target: object): target is CartesiaClient {
  return typeof (target as CartesiaClient).tts?.websocket === 'function';
}

/** Finds the class behind `client.tts.websocket()` without a connection. */
export function classBehind(client: CartesiaClient): object {
  const instance = catchInstance('_contextQueues', () => client.tts?.websocket());
  if (instance !== undefined) return instance;
  throw wrongTarget(client, 'its tts.websocket() makes no connection of a class that hangup knows');
}

/** The client ends every connection that it opened, under one budget. */
function clientMembers(registry: Registry): Members {
  const ladders = new WeakMap<object, Ladder>();
  const ladderOf = (client: object): Ladder => {
    let ladder = ladders.get(client);
    if (ladder === undefined) {
      const connections = () => registry.connectionsOf(client);
      ladder = new Ladder({
        closeDoor: () => registry.endClient(client),
        force: () => {
          const left = connections();
          return left.length === 0 ? undefined : Promise.all(left.map((one) => one.disconnect({ force: true, timeout: 0 })));
        },
        settle: () => [],
      });
      ladders.set(client, ladder);
    }
    return ladder;
  };
  const members = {
    get connected(): boolean {
      return registry.connectionsOf(this).some((connection) => connection.connected);
    },
    disconnect(this: object, force: unknown): Promise<DisconnectReport> {
      const budget = readBudget(force, optionsFor(this).timeout);
      return ladderOf(this).end(budget, [
        {
          name: 'connections',
          cap: budget.timeout,
          ask: () => {
            const open = registry.connectionsOf(this);
            return open.length === 0 ? undefined : Promise.all(open.map((one) => one.disconnect(budget)));
          },
        },
      ]);
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await this.disconnect(undefined);
    },
  };
  return Object.getOwnPropertyDescriptors(members) as Members;
}
