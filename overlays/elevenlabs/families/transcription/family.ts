import { clientKey } from '../../../../core/symbols.ts';
import { Registry } from '../../../connection/registry.ts';
import { snapshot } from '../../../foreign/members.ts';
import type { Family } from '../../../seams/family.ts';
import { webSocketRefused } from '../../../seams/refusals.ts';
import { TranscriptionConnection } from './connection.ts';
import { transcriptionMembers } from './members.ts';
import type { Transcription } from './shapes.ts';

/** `RealtimeConnection`, of Scribe. */
export const transcription: Family<Transcription> = {
  sdk: 'elevenlabs',
  name: 'transcription',
  required: ['setWebSocket', 'setFfmpegProcess', 'on', 'off', 'send', 'commit', 'close', 'cleanup'],

  seams(prototype) {
    const sdk = snapshot(prototype);
    const registry: Registry<Transcription, TranscriptionConnection> = new Registry({
      make: (ws, events) => new TranscriptionConnection(ws, sdk, events),
      clientOf: (ws) => (ws as { [clientKey]?: object })[clientKey],
    });
    return {
      registry,
      patches: [{ object: prototype, name: 'RealtimeConnection', members: transcriptionMembers(sdk, registry) }],
      check({ WebSocket }) {
        if (WebSocket === undefined) return;
        throw webSocketRefused('the SDK loads ws by itself and takes no other', 'Leave the option out');
      },
    };
  },
};
