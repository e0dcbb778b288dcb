import { clientKey } from '../../../../core/symbols.ts';
import type { SocketEvents } from '../../../connection/connection.ts';
import { Registry } from '../../../connection/registry.ts';
import { snapshot } from '../../../foreign/members.ts';
import type { Family } from '../../../seams/family.ts';
import { webSocketRefused } from '../../../seams/refusals.ts';
import { openSessions } from '../session/open-sessions.ts';
import { TransportConnection } from './connection.ts';
import { transportMembers } from './members.ts';
import type { Transport } from './shapes.ts';

const sessionOf = (ws: Transport) => (ws as { [clientKey]?: object })[clientKey];

/** `OpenAIRealtimeWebSocket`, and the transports that extend it. */
export const transport: Family<Transport> = {
  sdk: 'agents-realtime',
  name: 'transport',
  // That of WebRTC has no `_interrupt`.
  required: [
    '_interrupt',
    'connectionState',
    'connect',
    'close',
    'sendEvent',
    '_getApiKey',
    '_onMessage',
    '_onError',
    'emit',
  ],

  seams(prototype) {
    const sdk = snapshot(prototype);
    const registry: Registry<Transport, TransportConnection> = new Registry({
      make(ws, events) {
        const told: SocketEvents = {
          onBusy() {
            events.onBusy();
            const session = sessionOf(ws);
            if (session !== undefined) openSessions.opened(session);
          },
          onIdle() {
            events.onIdle();
            const session = sessionOf(ws);
            if (session !== undefined) openSessions.closed(session, () => connection.ended);
          },
          onReopen: () => events.onReopen(),
        };
        const connection = new TransportConnection(ws, told, { sdk, settings: () => registry.optionsOf(ws) });
        return connection;
      },
      // Its options count for the transport.
      clientOf: sessionOf,
    });
    return {
      registry,
      patches: [{ object: prototype, name: 'OpenAIRealtimeWebSocket', members: transportMembers(sdk, registry) }],
      check({ WebSocket }) {
        if (WebSocket === undefined) return;
        throw webSocketRefused('the transport loads ws by itself', 'Use the option createWebSocket of the SDK');
      },
    };
  },
};
