import { ReceiveTimeoutError, StreamEndedError } from '../../core/errors.ts';

/** The error of a `Source.read()` that came too late, or that an end interrupted. */
export type ReadError = (StreamEndedError | ReceiveTimeoutError) & {
  /** The number of samples that the read had copied into its buffer before. */
  readonly samplesRead: number;
};

/** Makes an error for one read: every read fails with an error of its own, because each has copied something else. */
export function readError(cause: StreamEndedError | ReceiveTimeoutError, samplesRead: number): ReadError {
  const error =
    cause instanceof StreamEndedError
      ? new StreamEndedError(cause.message, cause)
      : new ReceiveTimeoutError(cause.phase, cause.timeout, cause.contextId);
  return Object.assign(error, { samplesRead });
}
