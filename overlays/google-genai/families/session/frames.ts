import type { ServerMessage } from './shapes.ts';

/** Tells a message with a key that a message of the SDK's has only a getter for. No message of the provider has such a key. */
export type Clashes = (message: ServerMessage) => boolean;

/** By the name of the connection. */
export const clashes: Readonly<Record<string, Clashes>> = {
  'socket live': ({ text, data }) => text !== undefined || data !== undefined,
  'socket music': ({ audioChunk }) => audioChunk !== undefined,
};

/**
 * Leaves out the keys that {@link Clashes} is about. Newer versions of the SDK copy all keys onto a message of their own, and
 * would fail. Older ones, and all with Vertex AI, copy those that they know.
 */
export function withoutGetters({ text, data, audioChunk, ...message }: ServerMessage): ServerMessage {
  return message;
}

/** The text of the bytes of a message. `undefined` for a `Blob`, which cannot be read at once. */
export function textOf(data: unknown): string | undefined {
  if (data instanceof ArrayBuffer) return new TextDecoder().decode(data);
  // As the SDK does.
  return ArrayBuffer.isView(data) ? String(data) : undefined;
}

/** The event of an error, as the SDK's callback gets it. Node has no class for it. */
export function errorEvent(error: Error): Event {
  return Object.assign(new Event('error'), { error, message: error.message });
}
