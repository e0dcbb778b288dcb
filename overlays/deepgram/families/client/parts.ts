import { clientKey } from '../../../../core/symbols.ts';
import { untilDisconnected } from '../../../client/exchanges.ts';
import type { OwnerOf } from '../../../fern/resources.ts';
import { setMember } from '../../../foreign/members.ts';

/** `connect()` of `client.listen.v1` and its like: it gets the key, and makes a socket, which was not dialled yet. */
export type Connect = (this: object, ...args: unknown[]) => Promise<object>;

/**
 * Ties the sockets that a part makes to its client.
 *
 * @param onSocket gets each socket before the app does
 */
export function connecting(onSocket: (ws: object) => void) {
  return (sdk: Connect, ownerOf: OwnerOf): Connect =>
    function (...args) {
      const client = ownerOf(this);
      const connect = async () => {
        const ws = await sdk.apply(this, args);
        if (client !== undefined) setMember(ws, clientKey, { value: client });
        onSocket(ws);
        return ws;
      };
      // It may wait for the key for ever.
      return client === undefined ? connect() : untilDisconnected(client, connect);
    };
}
