import { Registry } from '../../../connection/registry.ts';
import { snapshot } from '../../../foreign/members.ts';
import type { Family } from '../../../seams/family.ts';
import { webSocketRefused } from '../../../seams/refusals.ts';
import { ownerIn } from '../live-client/owner.ts';
import { LiveConnection } from './connection.ts';
import { liveMembers } from './members.ts';
import type { LiveClient } from './shapes.ts';

/** `AbstractLiveClient` of 3.4 to 4.x, which `ListenLiveClient` and its like extend. */
export const live: Family<LiveClient> = {
  sdk: 'deepgram',
  name: 'live',
  required: ['connectionState', 'getReadyState', 'isConnected', 'send', 'connect', 'disconnect', 'namespaceOptions'],

  seams(prototype) {
    const sdk = snapshot(prototype);
    const registry: Registry<LiveClient, LiveConnection> = new Registry({
      make: (ws, events) => new LiveConnection(ws, events, { sdk, settings: () => registry.optionsOf(ws) }),
      clientOf: ({ options }) => ownerIn(options),
      standsAlone: true,
    });
    return {
      registry,
      patches: [{ object: prototype, name: 'the live client', members: liveMembers(sdk, registry) }],
      check({ WebSocket }) {
        if (WebSocket === undefined) return;
        throw webSocketRefused('the SDK has an option of its own for it', 'Give the class to createClient()');
      },
    };
  },
};
