import type { ServerEvent } from './shapes.ts';

/** A message that made a listener throw. */
export type Verdict =
  /** The frame is well: the error is that of a user's listener. */
  | 'well'
  /** The frame is no message, and concerns nobody. */
  | 'void'
  /** The SDK cannot read the message. */
  | { contextId: unknown; cause: Error };

/** Reads a frame a second time: only after the SDK has failed on it with this error. */
export function judge(frame: unknown, error: unknown): Verdict {
  const event = parse(frame);
  if (!isObject(event)) return isAboutNoObject(error) ? 'void' : 'well';
  if (!isPeerFault(event)) return 'well';
  const { context_id: contextId, type } = event;
  return { contextId, cause: new TypeError(`message of type ${JSON.stringify(type)}`) };
}

/** Returns `undefined` when the frame is no JSON. */
function parse(frame: unknown): unknown {
  try {
    return JSON.parse(String(frame));
  } catch {
    return undefined;
  }
}

function isObject(event: unknown): event is ServerEvent {
  return typeof event === 'object' && event !== null;
}

/** 3.0.0 looks for `context_id` in any value; later versions let numbers and strings pass, and so does hangup. */
function isAboutNoObject(error: unknown): boolean {
  return error instanceof TypeError && error.message.includes("'in' operator");
}

/** Tells the messages that make the SDK throw: these are the peer's faults, every other error is a listener's. */
function isPeerFault({ type, data }: ServerEvent): boolean {
  // The SDK decodes `data` unchecked, and looks its listeners up in a plain object.
  return (type === 'chunk' && typeof data !== 'string') || (typeof type === 'string' && type in Object.prototype);
}
