import { clientKey } from '../../../../core/symbols.ts';
import { Registry } from '../../../connection/registry.ts';
import { snapshot } from '../../../foreign/members.ts';
import type { Family } from '../../../seams/family.ts';
import { webSocketRefused } from '../../../seams/refusals.ts';
import { RealtimeConnection } from './connection.ts';
import { realtimeMembers } from './members.ts';
import type { RealtimeWS } from './shapes.ts';

/** `OpenAIRealtimeWS` of `openai/realtime/ws` and of `openai/beta/realtime/ws`. */
export const realtime: Family<RealtimeWS> = {
  sdk: 'openai',
  name: 'realtime',
  required: ['send', 'close', 'emitted', '_emit', '_onError', '_hasListener'],
  // The class of the same shape for browsers has a socket that nobody can destroy.
  isOwn: ({ constructor: Class }) => 'azure' in Class && Class.name !== 'OpenAIRealtimeWebSocket',

  seams(prototype) {
    const sdk = snapshot(prototype);
    const registry: Registry<RealtimeWS, RealtimeConnection> = new Registry({
      make: (ws, events) => new RealtimeConnection(ws, sdk, events),
      clientOf: (ws) => (ws as { [clientKey]?: object })[clientKey],
    });
    return {
      registry,
      patches: [{ object: prototype, name: 'OpenAIRealtimeWS', members: realtimeMembers(sdk, registry) }],
      check({ WebSocket }) {
        if (WebSocket === undefined) return;
        throw webSocketRefused('OpenAIRealtimeWS loads ws by itself and takes no other', 'Leave the option out');
      },
    };
  },
};
