import { Registry } from '../../../connection/registry.ts';
import { type Family, snapshot } from '../../../seams/attach.ts';
import type { SocketLike } from '../../../sockets/socket.ts';
import { checkSocketClass } from '../../stand-in.ts';
import { EventStreamConnection } from './connection.ts';
import { eventStreamMembers } from './members.ts';
import type { EventStreamWS } from './shapes.ts';

/**
 * `AutoFinalizeWS` and `ManualFinalizeWS` of 3.2 and later: one stream of events on one socket, and a reconnect of the
 * SDK's own for those who ask for it. The seams go onto these classes and not onto their bases: only these open sockets, and
 * these are what users import.
 */
export const eventStream: Family<EventStreamWS> = {
  name: 'event-stream',
  required: [
    '_createSocket',
    '_connectInitial',
    '_connect',
    '_canReconnect',
    '_reconnect',
    '_emitPermanentClose',
    '_onError',
    '_emit',
    '_hasListener',
    'send',
    'sendRaw',
    'close',
    'stream',
  ],

  seams(prototype, self) {
    const sdk = snapshot(prototype);
    const registry: Registry<EventStreamWS, EventStreamConnection> = new Registry({
      make: (ws, occupancy) => new EventStreamConnection(ws, sdk, occupancy),
      clientOf: (ws) => ws._client,
    });
    const name = prototype.constructor.name;
    return {
      registry,
      patches: [{ object: prototype, name, members: eventStreamMembers(sdk, registry, self) }],
      check: ({ WebSocket }) => checkSocketClass(WebSocket, (options) => openProbe(sdk, options)),
    };
  },
};

/** A socket of this build, on no connection. */
function openProbe(sdk: EventStreamWS, options: object): SocketLike {
  const probe = Object.create(sdk, { _client: { value: {} }, _wsOptions: { value: options } }) as EventStreamWS;
  return sdk._createSocket.call(probe, new URL('wss://127.0.0.1'), {}).platformSocket;
}
