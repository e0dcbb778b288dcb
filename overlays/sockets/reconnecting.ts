import type { SocketLike } from './socket.ts';

/** A wrapper that dials again after a drop: `partysocket` and its copies. */
export interface ReconnectingWrapper {
  /** The socket inside, once there is one. */
  _ws?: SocketLike;
  /** Makes it dial again. */
  _shouldReconnect: boolean;
}

export function isReconnecting<S extends object>(socket: S): socket is S & ReconnectingWrapper {
  return typeof (socket as Partial<ReconnectingWrapper>)._shouldReconnect === 'boolean';
}
