import { onAbort } from '../../core/deadline.ts';
import { ReceiveTimeoutError } from '../../core/errors.ts';
import { answerTimeout } from '../../core/limits.ts';
import { checkKeys, checkMs, checkSignal } from '../../core/options.ts';
import type { AnswerOptions } from './realtime-session.ts';

/**
 * Limits the time of a call that waits for an answer of the provider.
 *
 * @param act gets the signal that ends the wait
 * @throws {TypeError} on an unknown or bad option; {ReceiveTimeoutError} when the time is over; the reason of the given signal
 */
export async function withAnswerLimit<R>(
  call: string,
  options: AnswerOptions = {},
  act: (signal: AbortSignal) => Promise<R>,
): Promise<R> {
  checkKeys(call, options, ['signal', 'timeout']);
  const { signal: given, timeout = answerTimeout } = options;
  checkSignal(call, given);
  checkMs(`${call}: timeout`, timeout, 1);
  const limit = new AbortController();
  const onTimeout = () => limit.abort(new ReceiveTimeoutError('first-chunk', timeout, undefined, `${call}: not done`));
  const onGiven = () => limit.abort(given?.reason);
  if (given?.aborted) onGiven();
  const off = given && onAbort(given, onGiven);
  const timer = setTimeout(onTimeout, timeout);
  try {
    return await act(limit.signal);
  } finally {
    off?.();
    clearTimeout(timer);
  }
}
