// The events of the Realtime API, as far as hangup looks at them.

/** An event of the provider, parsed. */
export interface ServerEvent {
  type?: unknown;
  response?: { id?: unknown; conversation_id?: unknown; status?: unknown };
  session?: { audio?: unknown; voice?: unknown };
  error?: { message?: unknown; code?: unknown; event_id?: unknown };
  /** A piece of an answer. */
  delta?: unknown;
}

/** An event that the app or hangup sends. */
export interface ClientEvent {
  type?: unknown;
  event_id?: unknown;
  response?: unknown;
}
