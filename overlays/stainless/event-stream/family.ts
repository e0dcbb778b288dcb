import { Registry } from '../../connection/registry.ts';
import { snapshot } from '../../foreign/members.ts';
import type { Family } from '../../seams/family.ts';
import type { SocketLike } from '../../sockets/socket.ts';
import { checkSocketClass } from '../stand-in.ts';
import { EventStreamConnection } from './connection.ts';
import { eventStreamMembers } from './members.ts';
import type { EventStreamSdk, EventStreamWS } from './shapes.ts';

/** Members that the seams rest on. */
const required = [
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
] as const;

/**
 * Socket classes that Stainless has generated, with one stream of events on one socket, and a reconnect of the SDK's own on
 * demand. The seams go onto these classes and not onto their bases: only these open sockets, and users import these.
 */
export function eventStreamFamily(options: EventStreamSdk): Family<EventStreamWS> {
  return {
    sdk: options.sdk,
    name: 'event-stream',
    required,
    isOwn: (prototype) => prototype.constructor.length === options.parameters,
    seams(prototype, self) {
      const sdk = snapshot(prototype);
      const registry: Registry<EventStreamWS, EventStreamConnection> = new Registry({
        make: (ws, events) => new EventStreamConnection(ws, sdk, events, options),
        clientOf: (ws) => ws._client,
      });
      const opening = <R>(ws: EventStreamWS, open: () => R): R => {
        const { standIn } = options;
        return standIn ? standIn.open(ws._wsOptions, registry.optionsOf(ws).WebSocket, self, open) : open();
      };
      const members = eventStreamMembers(sdk, registry, opening, options.isAnswer !== undefined);
      return {
        registry,
        patches: [{ object: prototype, name: prototype.constructor.name, members }],
        check: ({ WebSocket }) => checkSocketClass(WebSocket, (given) => openProbe(sdk, given)),
      };
    },
  };
}

/** Makes a socket of this build, on no connection. */
function openProbe(sdk: EventStreamWS, options: object): SocketLike {
  const probe = Object.create(sdk, { _client: { value: {} }, _wsOptions: { value: options } }) as EventStreamWS;
  return sdk._createSocket.call(probe, new URL('wss://127.0.0.1'), {}).platformSocket;
}
