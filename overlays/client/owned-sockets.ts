import { shared } from '../../core/shared.ts';
import { keep, kept } from '../foreign/keep.ts';

// All copies of hangup share this: one copy may look for the sockets that the connections of another one watch.

/** The connections that end with a client, or that an app ends by themselves. */
const owned = () => shared('owned@1', () => new WeakSet<object>());
/** A socket keeps the connections that watch it under this key. An SDK's may be watched by `hangup/ws` too. */
const watchersKey = Symbol.for('hangup.watchers@1');

const watchersOf = (socket: object): readonly object[] => kept(socket, watchersKey) ?? [];

export function noteWatcher(socket: object, connection: object): void {
  keep(socket, watchersKey, watchersOf(socket).concat(connection));
}

export function noteOwned(connection: object): void {
  owned().add(connection);
}

/** A client or the app ends the socket. */
export function isOwned(socket: object): boolean {
  return watchersOf(socket).some((connection) => owned().has(connection));
}
