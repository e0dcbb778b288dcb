import type { ServerEvent } from './shapes.ts';

/** Reads a frame a second time: only after the SDK has failed on it. `undefined` when it is no JSON. */
export function parseFrame(frame: unknown): unknown {
  try {
    return JSON.parse(String(frame));
  } catch {
    return undefined;
  }
}

/** What of a parsed frame makes the SDK throw: these are the peer's faults, everything else is a listener's. */
export function isPeerFault(event: unknown): boolean {
  if (typeof event !== 'object' || event === null) return event !== undefined;
  const { type, data } = event as ServerEvent;
  // The SDK decodes `data` unchecked, and looks its listeners up in a plain object.
  return (type === 'chunk' && typeof data !== 'string') || (typeof type === 'string' && type in Object.prototype);
}
