import type { ApiClient, ServerMessage } from './shapes.ts';

/**
 * Tells a message on which the SDK fails. It copies a message of the Gemini API onto one of its own, some of whose members only
 * have a getter.
 */
export type Fails = (message: ServerMessage) => boolean;

const fails: Readonly<Record<string, Fails>> = {
  'socket live': ({ text, data }) => text !== undefined || data !== undefined,
  'socket music': ({ audioChunk }) => audioChunk !== undefined,
};

/** @param name that of the connection */
export function failsFor(name: string, apiClient: ApiClient): Fails {
  // It copies a message of Vertex AI key by key.
  return apiClient.isVertexAI?.() ? () => false : fails[name]!;
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
