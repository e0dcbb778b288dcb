import { clientKey } from '../../../../core/symbols.ts';
import { Registry } from '../../../connection/registry.ts';
import { snapshot } from '../../../foreign/members.ts';
import type { Family } from '../../../seams/family.ts';
import { webSocketRefused } from '../../../seams/refusals.ts';
import { StreamingConnection } from './connection.ts';
import { streamingMembers } from './members.ts';
import { protocolOf } from './protocols.ts';
import type { StreamingSocket } from './shapes.ts';

/** The sockets of 5.x, which the SDK does not export: `WrappedListenV1Socket` and its like. */
export const streaming: Family<StreamingSocket> = {
  sdk: 'deepgram',
  name: 'streaming',
  required: ['setupBinaryHandling', 'connect', 'on', 'close', 'waitForOpen', 'assertSocketIsOpen'],

  seams(prototype) {
    const sdk = snapshot(prototype);
    const protocol = protocolOf(prototype);
    const registry: Registry<StreamingSocket, StreamingConnection> = new Registry({
      make: (ws, events) =>
        new StreamingConnection(ws, events, { sdk, protocol, settings: () => registry.optionsOf(ws) }),
      clientOf: (ws) => ws[clientKey],
    });
    return {
      registry,
      patches: [{ object: prototype, name: 'the socket', members: streamingMembers(sdk, registry) }],
      check({ WebSocket }) {
        if (WebSocket === undefined) return;
        throw webSocketRefused('the SDK loads ws by itself', 'Leave the option out');
      },
    };
  },
};
