import { PatchError } from '../../../core/errors.ts';
import { findMark, type Mark, type Members, marker, replaceMembers } from '../../overlay.ts';
import { version } from '../../version.ts';
import { targets } from '../targets.ts';
import { clientMembers, instanceBehind, isClient } from './client.ts';
import { type OverlayOptions, setOptions } from './options.ts';
import { Registry } from './registry.ts';
import { contextMembers, requiredMembers, ttswsMembers } from './seam.ts';
import type { CartesiaClient, TTSWS, TTSWSContext } from './shapes.ts';
import { ownSocketClass } from './stand-in.ts';

/** The mark of this family: `cover` is how an overlay of any version reaches what is installed. */
export interface ContextRouterMark extends Mark {
  cover(target: object, options: OverlayOptions): () => void;
}

/** @returns the prototype that hangup patches, and the classes and instance below it */
function findPrototype(target: object): { prototype: TTSWS; below: object[] } {
  const below: object[] = [];
  let at: object | null | undefined;
  if (typeof target === 'function') at = (target as { prototype?: object }).prototype;
  else if (typeof target === 'object' && target !== null) at = isClient(target) ? instanceBehind(target) : target;
  for (; at !== null && at !== undefined; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, '_initSocket')) return { prototype: at as TTSWS, below };
    below.push(at);
  }
  throw wrongTarget(target, 'it is neither the TTSWS class of the SDK, nor an instance of it, nor a client');
}

function wrongTarget(target: unknown, why: string): PatchError {
  const { className, importFrom } = targets.find(({ family }) => family === 'context-router')!;
  const next = `Hand in a client (new Cartesia(…)), the class ${className} from "${importFrom}", or a connection`;
  const isObject = typeof target === 'object' && target !== null;
  const name = typeof target === 'function' ? `class ${target.name}` : isObject ? 'this object' : String(target);
  return new PatchError('ERR_PATCH_TARGET', `overlay() cannot patch ${name}`, why, next);
}

/** @returns the mark of what is installed, and what takes it off again (nothing, if it was there before) */
export function install(target: object, self?: string): { mark: ContextRouterMark; uninstall: () => void } {
  const { prototype, below } = findPrototype(target);
  const missing = requiredMembers.find((name) => typeof prototype[name] !== 'function');
  if (missing !== undefined)
    throw wrongTarget(target, `the class has no ${missing}(), so it is not a version that hangup knows`);
  const installed = findMark<ContextRouterMark>(prototype);
  const { mark, put } =
    installed === undefined
      ? (inUse.get(prototype) ?? makeSeams(prototype, self))
      : { mark: installed, put: () => () => {} };
  const replaced = Object.keys(mark.functions);
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

interface Seams {
  readonly mark: ContextRouterMark;
  /** Puts them in, and returns what takes them out. */
  put(): () => void;
}

/** Seams that are in, or that connections opened under an undone overlay still use. */
const inUse = new WeakMap<TTSWS, Seams>();

function makeSeams(prototype: TTSWS, self: string | undefined): Seams {
  const registry = new Registry();
  const sdk = snapshot(prototype);
  const members = ttswsMembers(sdk, registry, self);
  const mark: ContextRouterMark = {
    version,
    family: 'context-router',
    functions: functionsOf(members),
    cover: (target, options) => {
      checkWebSocket(sdk, options);
      return cover(registry, target, options);
    },
  };
  const marked: Members = { ...members, [marker]: { value: mark } };
  const Context = Object.getPrototypeOf(sdk.context.call({ _registerContext() {} } as never, {})) as TTSWSContext;
  const ofContext = contextMembers(snapshot(Context), registry);

  let removeContext: (() => void) | undefined;
  /** Connections that are open when the overlay is undone keep their seams until they close. */
  const kept = new Map<TTSWS, () => void>();
  const removeUnused = () => {
    if (registry.isActive || kept.size > 0) return;
    removeContext?.();
    removeContext = undefined;
    inUse.delete(prototype);
  };
  registry.onIdle = (ws) => {
    // One that was disconnected keeps them: its calls must not dial after all.
    if (!registry.connectionOf(ws).ended) kept.get(ws)?.();
    kept.delete(ws);
    removeUnused();
  };
  const seams: Seams = {
    mark,
    put() {
      const remove = replaceMembers(prototype, 'TTSWS', marked);
      try {
        removeContext ??= replaceMembers(Context, 'TTSWSContext', ofContext);
      } catch (error) {
        remove();
        throw error;
      }
      registry.isActive = true;
      inUse.set(prototype, seams);
      return () => {
        remove();
        registry.isActive = false;
        for (const ws of registry.openInstances) {
          if (!kept.has(ws)) kept.set(ws, replaceMembers(ws, 'TTSWS', marked));
        }
        removeUnused();
      };
    },
  };
  return seams;
}

function functionsOf(members: Members): Record<string, unknown> {
  const entries = Object.entries(members).map(([name, { value }]): [string, unknown] => [name, value]);
  return Object.fromEntries(entries.filter(([, value]) => typeof value === 'function'));
}

/** The SDK's own members, to be called when hangup's are in their place. */
function snapshot<T extends object>(prototype: T): T {
  return Object.create(Object.getPrototypeOf(prototype), Object.getOwnPropertyDescriptors(prototype));
}

/** A build that loads `ws` itself takes no other: two copies of `ws` are installed, and one of them would be ignored. */
function checkWebSocket(sdk: TTSWS, { WebSocket }: OverlayOptions): void {
  const own = WebSocket === undefined ? undefined : ownSocketClass(sdk);
  if (own === undefined || own === WebSocket) return;
  throw new PatchError(
    'ERR_PATCH_WEBSOCKET',
    'the WebSocket option of overlay() cannot be honoured',
    'this build of the SDK has loaded a ws of its own, and the one given is another copy',
    'Leave the option out, or keep one copy ("npm ls ws" shows them, "npm dedupe" merges them)',
  );
}

function cover(registry: Registry, target: object, options: OverlayOptions): () => void {
  if (typeof target === 'function') return setOptions((target as { prototype: object }).prototype, options);
  const reset = setOptions(target, options);
  try {
    if (!isClient(target)) {
      registry.connectionOf(target as TTSWS);
      return reset;
    }
    const uncover = coverClient(target, registry);
    return () => {
      uncover();
      reset();
    };
  } catch (error) {
    reset();
    throw error;
  }
}

/** Clients that have their members, with how many overlays use them. */
const coveredClients = new WeakMap<CartesiaClient, { users: number; remove: () => void }>();

function coverClient(client: CartesiaClient, registry: Registry): () => void {
  const covered = coveredClients.get(client) ?? {
    users: 0,
    remove: replaceMembers(client, 'the client', clientMembers(client, registry)),
  };
  covered.users += 1;
  coveredClients.set(client, covered);
  return () => {
    covered.users -= 1;
    if (covered.users > 0) return;
    coveredClients.delete(client);
    covered.remove();
  };
}
