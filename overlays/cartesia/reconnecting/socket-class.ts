import type { WebSocketClass } from '../../ws/find.ts';
import { installedWs, isNative } from '../ws-class.ts';
import type { ConnectOptions } from './shapes.ts';

/**
 * Chooses the class of the socket inside: the user's, that of `overlay()`, and in place of Node's own, which cannot be
 * destroyed, the installed `ws`. Where none is chosen the SDK looks for one as before.
 */
export function withSocketClass(
  options: ConnectOptions,
  configured: WebSocketClass | undefined,
  self: string | undefined,
): ConnectOptions {
  const WebSocket = options.WebSocket ?? configured ?? substitute(self);
  return WebSocket === undefined ? { ...options } : { ...options, WebSocket };
}

function substitute(self: string | undefined): WebSocketClass | undefined {
  const current = (globalThis as { WebSocket?: unknown }).WebSocket;
  return typeof process !== 'undefined' && isNative(current) ? installedWs(self) : undefined;
}
