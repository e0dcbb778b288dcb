import { plainError } from '../core/scrub.ts';

/** So deep does Node print the members of an error. */
const printed = 3;

/**
 * Members of an error's own may hold a key, as those of a failed request do, and a log shows them.
 *
 * @param isSecret tells whether a text contains a secret
 * @returns the error itself, or a copy of it and of its causes without members of their own
 */
export function withoutSecretMembers(error: Error, isSecret: (text: string) => boolean): Error {
  const cause = error.cause instanceof Error ? withoutSecretMembers(error.cause, isSecret) : error.cause;
  if (cause === error.cause && !holds(Object.values(error), isSecret, printed)) return error;
  const copy = plainError(error);
  if (cause !== undefined) Object.defineProperty(copy, 'cause', { value: cause, writable: true, configurable: true });
  return copy;
}

function holds(values: readonly unknown[], isSecret: (text: string) => boolean, depth: number): boolean {
  return values.some((value) => {
    if (typeof value === 'string') return isSecret(value);
    if (typeof value !== 'object' || value === null || depth === 0 || ArrayBuffer.isView(value)) return false;
    return holds(Object.values(value), isSecret, depth - 1);
  });
}
