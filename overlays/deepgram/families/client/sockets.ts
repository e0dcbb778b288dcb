import { clientKey } from '../../../../core/symbols.ts';
import { clientState } from '../../../client/client-state.ts';
import { untilDisconnected } from '../../../client/exchanges.ts';
import { setMember } from '../../../foreign/members.ts';
import { handled } from '../../../seams/handled.ts';

/** `client.listen.v1` and its like: `connect()` gets the key, and makes a socket, which was not dialled yet. */
interface SocketPart {
  connect(...args: unknown[]): Promise<object>;
  /** Calls `connect()`. */
  createConnection(...args: unknown[]): Promise<object>;
}

function makesSockets(part: object): part is SocketPart {
  return 'connect' in part && 'createConnection' in part;
}

/** Ties the sockets that a part makes to its client. @param onSocket gets each socket before the app does */
export function tieSockets(part: object, client: object, onSocket: (ws: object) => void): void {
  if (!makesSockets(part)) return;
  const { connect } = part;
  const make = async (args: unknown[]) => {
    const ws = await connect.apply(part, args);
    setMember(ws, clientKey, { value: client });
    onSocket(ws);
    return ws;
  };
  const tied = (...args: unknown[]): Promise<object> => {
    const state = clientState(client);
    if (state.ended) return handled(Promise.reject(state.refuse('connect()')));
    // It may wait for the key for ever.
    return untilDisconnected(client, () => make(args));
  };
  setMember(part, 'connect', { value: tied, writable: true });
}
