import { ReceiveTimeoutError } from '../../core/errors.ts';
import { answerTimeout } from '../../core/limits.ts';
import { checkKeys, checkMs } from '../../core/options.ts';
import type { AnswerOptions } from './realtime-session.ts';

/**
 * Makes a call that waits for an answer of the provider, and limits its time.
 *
 * @param act gets the signal that ends the wait
 * @throws {TypeError} on an unknown or bad option; {ReceiveTimeoutError} when the time is over
 */
export async function answered<R>(
  call: string,
  options: AnswerOptions = {},
  act: (signal: AbortSignal) => Promise<R>,
): Promise<R> {
  checkKeys(call, options, ['signal', 'timeout']);
  const { signal: given, timeout = answerTimeout } = options;
  checkMs(`${call}: timeout`, timeout, 1);
  const late = new AbortController();
  const onTimeout = () => late.abort(new ReceiveTimeoutError('first-chunk', timeout, undefined, `${call}: no answer`));
  const timer = setTimeout(onTimeout, timeout);
  try {
    return await act(given === undefined ? late.signal : AbortSignal.any([given, late.signal]));
  } finally {
    clearTimeout(timer);
  }
}
