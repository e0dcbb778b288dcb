import { isStreamEnded, type StreamEnd, StreamEndedError, type StreamPhase } from '../core/errors.ts';
import { isError, scrub, scrubError } from '../core/scrub.ts';
import { withoutSecretMembers } from './secret-members.ts';

type Secrets = readonly string[];

interface Reporting {
  readonly secrets: Secrets;
  readonly errorClass: new (message: string, end: StreamEnd) => StreamEndedError;
}

/** The longest message, in characters. */
const longest = 500;

/**
 * Makes the error that reports the end of a queue.
 *
 * @param cause nothing: stopped by this side. An error: the loop crashed. Another object: the peer closed
 */
export function endError(cause: unknown, phase: StreamPhase, { secrets, errorClass }: Reporting): StreamEndedError {
  try {
    const [message, end] = describe(cause, phase === 'first-chunk' ? ' before the first item' : '', secrets);
    return new errorClass(scrub(message, secrets, longest), { ...end, phase: end.phase ?? phase });
  } catch {
    // A hostile error, or a class of the app's that throws: everybody who waits has to be released all the same.
    return new StreamEndedError('the receive loop ended, and its error cannot be read', { phase });
  }
}

function describe(cause: unknown, when: string, secrets: Secrets): [message: string, end: StreamEnd] {
  if (cause === undefined) return [`this side stopped the stream${when}`, {}];
  if (isError(cause) || typeof cause !== 'object') {
    const error = cleanError(cause, secrets)!;
    // The source may be a stream of an SDK, which knows how the peer ended it.
    const end = isStreamEnded(cause) ? cleanEnd(cause, secrets) : {};
    return [`the receive loop crashed${when}: ${error.name}: ${error.message}`, { ...end, cause: error }];
  }
  const end = cleanEnd(cause as StreamEnd, secrets);
  const code = end.closeCode === undefined ? '' : ` with code ${end.closeCode}`;
  const said = end.closeReason ? ` (${JSON.stringify(end.closeReason)})` : '';
  const { phase, cause: reason } = cause as StreamEnd;
  const message = `the peer hung up${when}: the stream was closed${code}${said}`;
  return [message, { ...end, phase, cause: cleanError(reason, secrets) }];
}

function cleanEnd({ closeCode, closeReason, contextId }: StreamEnd, secrets: Secrets): StreamEnd {
  const clean = (text: unknown) => (text === undefined ? undefined : scrub(String(text), secrets));
  return {
    // JavaScript may give anything.
    closeCode: typeof closeCode === 'number' ? closeCode : undefined,
    closeReason: clean(closeReason),
    contextId: clean(contextId),
  };
}

function cleanError(error: unknown, secrets: Secrets): Error | undefined {
  const clean = scrubError(error, secrets);
  const isSecret = (text: string) => scrub(text, secrets, Number.POSITIVE_INFINITY) !== text;
  return clean && withoutSecretMembers(clean, isSecret, secrets.length > 0);
}
