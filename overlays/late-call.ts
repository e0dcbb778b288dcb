import { DisconnectedError } from '../core/errors.ts';
import { publish } from '../core/publish.ts';

/**
 * Makes the error for a call that came after the end, and publishes the refusal: the app may never look at the error.
 *
 * @param name of the connection or client, as in reports
 * @param what was disconnected: `connection`, `client`
 */
export function lateCall(name: string, call: string, what?: string): DisconnectedError {
  publish('hangup.dial.refused', () => ({ name, call }));
  return new DisconnectedError(call, what);
}
