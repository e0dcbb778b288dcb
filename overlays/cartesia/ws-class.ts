import { findWs, type WebSocketClass } from '../ws/find.ts';
import { packageName } from './targets.ts';

/** By the module that asks, because copies of the SDK may have different copies of `ws`. */
const found = new Map<string | undefined, WebSocketClass>();

/** @param self path or URL of the module that asks */
export function installedWs(self: string | undefined): WebSocketClass | undefined {
  const Socket = found.get(self) ?? findWs(packageName, self);
  if (Socket !== undefined) found.set(self, Socket);
  return Socket;
}

/** Node's own WebSocket. A test's mock or a polyfill must survive; only the native class carries the Web IDL tag. */
export function isNative(current: unknown): boolean {
  if (current === undefined || process.getBuiltinModule('node:util').types.isProxy(current)) return false;
  const prototype = (current as { prototype?: object }).prototype;
  return prototype !== undefined && Object.prototype.toString.call(prototype) === '[object WebSocket]';
}
