import { expect } from 'vitest';
import type { StreamEndedError } from '../../receive/index.ts';

/** The error that a promise rejects with. */
export function errorOf(promise: Promise<unknown>): Promise<StreamEndedError> {
  return promise.then(
    (value) => expect.unreachable(`it resolved with ${String(value)}`),
    (error) => error,
  );
}
