/** The payload of an `error` event. */
export interface ErrorPayload {
  readonly type: 'error';
  /** An event of the provider that reports an error, or any error. */
  readonly error?: unknown;
}

/** An event of the provider that reports an error. */
interface Reported {
  readonly error?: { readonly message?: unknown; readonly event_id?: unknown };
}

/** The error event of a socket: `ws` and Node's own WebSocket have an `ErrorEvent`, with the error in it. */
export function errorOfSocket(error: unknown): unknown {
  const { type, target, error: inside } = (error ?? {}) as { type?: unknown; target?: unknown; error?: unknown };
  return type === 'error' && target !== undefined ? (inside ?? error) : undefined;
}

/** It answers a request that hangup has made, by the id of that. */
export const isAnswerToUs = ({ error }: ErrorPayload): boolean =>
  String((error as Reported | null | undefined)?.error?.event_id).startsWith('hangup_');

/** A `response.create`. The SDK writes the type first, and an app that sends events by itself may put an id before it. */
export const isCreate = (data: unknown): data is string =>
  typeof data === 'string' && data.slice(0, 200).includes('"type":"response.create"');

/** Says what a payload reports. */
export function textOf({ error }: ErrorPayload): string {
  const reported = (error as Reported | null | undefined)?.error?.message;
  if (reported !== undefined) return `the provider reports: ${reported}`;
  const { message } = (error ?? {}) as { message?: unknown };
  return message === undefined ? 'unknown error' : String(message);
}
