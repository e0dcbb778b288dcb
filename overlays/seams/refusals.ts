import { PatchError } from '../../core/errors.ts';
import { isPromise } from './handled.ts';

/** @param next names the targets that can be handed in instead, which only the overlay of an SDK knows */
export function wrongTarget(
  target: unknown,
  why: string,
  next = 'Use a version of the SDK that the README lists',
  options?: { cause: unknown },
) {
  if (isPromise(target)) {
    return new PatchError(
      'ERR_PATCH_TARGET',
      'overlay() cannot patch a promise',
      'its result is the target',
      'Await it first',
    );
  }
  return new PatchError('ERR_PATCH_TARGET', `overlay() cannot patch ${nameOf(target)}`, why, next, options);
}

function nameOf(target: unknown): string {
  if (typeof target === 'function') return target.name === '' ? 'a function without a name' : `class ${target.name}`;
  return typeof target === 'object' && target !== null ? 'this object' : String(target);
}

/**
 * Refuses a proxy in front of a connection that was opened before it was overlaid: hangup cannot get to the connection.
 *
 * @param touch reads a private member of the SDK's
 */
export function refuseProxy(ws: object, touch: () => unknown): void {
  try {
    touch();
  } catch (cause) {
    const why = 'it is a proxy, in front of a connection that was opened before overlay()';
    throw wrongTarget(ws, why, 'Hand in the connection itself', { cause });
  }
}

export function overridden(object: object, name: string) {
  return new PatchError(
    'ERR_PATCH_SUBCLASS',
    `overlay() cannot patch ${object.constructor?.name ?? 'this object'}`,
    `it overrides ${name}(), and hangup has to be the one who answers that call`,
    'Overlay the class of the SDK itself before it is subclassed, and wrap the connection instead of overriding it',
  );
}

export function webSocketRefused(why: string, next: string) {
  return new PatchError('ERR_PATCH_WEBSOCKET', 'the WebSocket option of overlay() cannot be honoured', why, next);
}
