import type { DisconnectReport } from '../../../core/disconnectable.ts';
import type { Level } from '../../seams/disconnectable-members.ts';
import type { ErrorPayload } from './transport/events.ts';

/** The connection of a transport, as its session sees it. Another copy of hangup may have overlaid the transport. */
export interface TransportLink extends Level {
  readonly options: { readonly timeout: number };
  /** Runs `connect()` of the session, which calls that of its transport when its agent is ready. */
  connectSession(open: () => Promise<unknown>): Promise<unknown>;
  /** The SDK's own `close()` of the transport. */
  closeSdk(): Promise<DisconnectReport>;
  /** Nobody is to be told of this error. */
  isSilent(payload: ErrorPayload): boolean;
  /** @returns whether an error says only that nobody listened to this payload, which the transport has told */
  isUnheard(error: unknown, payload: ErrorPayload): boolean;
}

/** A transport with seams has its link under this key. */
export const linkKey: unique symbol = Symbol.for('hangup.agents-realtime.link@1') as never;

/** @returns `undefined` for a transport of another kind, such as WebRTC */
export function linkOf(transport: unknown): TransportLink | undefined {
  return (transport as { [linkKey]?: TransportLink })[linkKey];
}
