import type { ServerMessage } from './shapes.ts';

/**
 * The members of the SDK's messages that only have a getter. The SDK copies the provider's message onto one of its own, and
 * fails on a message with such a key.
 */
const getters = ['text', 'data', 'audioChunk'];

/** The text of a message. `undefined` for a `Blob`, which cannot be read at once. */
export function textOf(data: unknown): string | undefined {
  if (typeof data === 'string') return data;
  if (data instanceof ArrayBuffer) return new TextDecoder().decode(data);
  // As the SDK does.
  return ArrayBuffer.isView(data) ? String(data) : undefined;
}

/** @throws {SyntaxError} {TypeError} for a message on which the SDK fails */
export function read(text: string): ServerMessage | null {
  const message = JSON.parse(text) as ServerMessage | null;
  if (typeof message === 'object' && message !== null) {
    const key = getters.find((name) => Object.hasOwn(message, name));
    if (key !== undefined) throw new TypeError(`a message of the provider has no key "${key}"`);
  }
  return message;
}

/** The event of an error, as the SDK's callback gets it. Node has no class for it. */
export function errorEvent(error: Error): Event {
  return Object.assign(new Event('error'), { error, message: error.message });
}
