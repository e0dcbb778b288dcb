import { connectTimeout, disconnectTimeout } from '../../core/limits.ts';
import { checkKeys, checkMs } from '../../core/options.ts';
import { optionsKey } from '../../core/symbols.ts';
import { drop, keep, keptOwn } from '../foreign/keep.ts';
import type { WebSocketClass } from '../sockets/find-ws.ts';

export interface Heartbeat {
  /** ms between two pings. */
  interval: number;
  /** ms that a pong may take. */
  timeout: number;
}

export interface OverlayOptions {
  /** Whole budget of `disconnect()` in ms. Default 2000. */
  timeout?: number;
  /** The most a handshake may take, in ms. Default 10000; a shorter limit of the SDK's own (`handshakeTimeout`) wins. */
  connectTimeout?: number;
  /** Notices a dead peer by ping and pong; both in ms. Default: none. Sockets of the `ws` package only. */
  heartbeat?: Heartbeat;
  /**
   * For Cartesia: the `ws` class to use where the SDK's build finds none by itself. Default: the installed `ws`. `overlay()` of the
   * other SDKs refuses it with `ERR_PATCH_WEBSOCKET`. `ResponsesWS` of OpenAI accepts the copy that it has loaded, without effect.
   */
  WebSocket?: WebSocketClass;
}

export type ResolvedOptions = OverlayOptions & { timeout: number; connectTimeout: number };

const defaults: ResolvedOptions = { timeout: disconnectTimeout, connectTimeout };

/** @throws {TypeError} on an unknown option or a value out of range */
export function checkOptions(options: unknown): OverlayOptions {
  checkKeys('overlay()', options, ['timeout', 'connectTimeout', 'heartbeat', 'WebSocket']);
  return checkValues('overlay()', options);
}

/** @throws {TypeError} on a value out of range */
export function checkValues(call: string, options: object): OverlayOptions {
  const { timeout, connectTimeout, heartbeat, WebSocket } = options as Record<keyof OverlayOptions, unknown>;
  if (timeout !== undefined) checkMs(`${call}: timeout`, timeout);
  if (connectTimeout !== undefined) checkMs(`${call}: connectTimeout`, connectTimeout);
  if (heartbeat !== undefined) {
    checkKeys(`${call}: heartbeat`, heartbeat, ['interval', 'timeout']);
    const beat = heartbeat as Partial<Heartbeat>;
    checkMs(`${call}: heartbeat.interval`, beat.interval, 1);
    checkMs(`${call}: heartbeat.timeout`, beat.timeout, 1);
  }
  if (WebSocket !== undefined && typeof WebSocket !== 'function') {
    throw new TypeError(`${call}: WebSocket must be a class, such as the WebSocket export of ws`);
  }
  return options as OverlayOptions;
}

/** The options of a target, a layer for each call, oldest first: an undone layer leaves the others in force. */
const layersOf = (target: object): OverlayOptions[] | undefined => keptOwn(target, optionsKey);

/**
 * Sets the options of a target: a class, for all of its instances; a client, for all of its connections; or one connection.
 *
 * @param use uses the options for the first time; when it throws, they are taken back
 * @returns a function that takes them back
 */
export function coverWith(target: object, options: OverlayOptions, use: () => unknown): () => void {
  const reset = setOptions(
    typeof target === 'function' ? (target as { prototype: object }).prototype : target,
    options,
  );
  try {
    use();
    return reset;
  } catch (error) {
    reset();
    throw error;
  }
}

function setOptions(target: object, options: OverlayOptions): () => void {
  const layer = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const known = layersOf(target);
  // A second layer changes no member of the target: an overlay of a class that is overlaid already leaves it as it is.
  if (known !== undefined) known.push(layer);
  else keep(target, optionsKey, [layer]);
  return () => {
    const layers = layersOf(target) ?? [];
    const index = layers.indexOf(layer);
    if (index < 0) return;
    layers.splice(index, 1);
    if (layers.length === 0) drop(target, optionsKey);
  };
}

/** The options in force for an object: those of its classes, of its client with the classes of that, and its own. */
export function optionsOfInstance(instance: object, client?: object): ResolvedOptions {
  const options = { ...defaults };
  addThoseOfClasses(options, instance);
  if (client !== undefined) {
    addThoseOfClasses(options, client);
    addThoseOf(options, client);
  }
  addThoseOf(options, instance);
  return options;
}

/** Adds the options of its classes, from the base on. */
function addThoseOfClasses(options: OverlayOptions, instance: object): void {
  const prototype: object | null = Object.getPrototypeOf(instance);
  if (prototype === null) return;
  addThoseOfClasses(options, prototype);
  addThoseOf(options, prototype);
}

function addThoseOf(options: OverlayOptions, target: object): void {
  const layers = layersOf(target);
  if (layers !== undefined) Object.assign(options, ...layers);
}

/** The instance was handed to `overlay()`, or a class of it. */
export function isHandedIn(instance: object): boolean {
  for (let at: object | null = instance; at !== null; at = Object.getPrototypeOf(at)) {
    if (layersOf(at) !== undefined) return true;
  }
  return false;
}
