import { clientKey } from '../../../../core/symbols.ts';
import { Registry } from '../../../connection/registry.ts';
import { snapshot } from '../../../foreign/members.ts';
import type { Family } from '../../../seams/family.ts';
import { webSocketRefused } from '../../../seams/refusals.ts';
import { TranscriberConnection } from './connection.ts';
import { transcriberMembers } from './members.ts';
import { realtime, streaming, type Transcriber } from './shapes.ts';

/** `StreamingTranscriber` and `RealtimeTranscriber`: one session at a time, told to one listener for each event. */
export const transcriber: Family<Transcriber> = {
  sdk: 'assemblyai',
  name: 'transcriber',
  required: ['connectionUrl', 'connect', 'on', 'sendAudio', 'send', 'close'],

  seams(prototype) {
    const sdk = snapshot(prototype);
    const protocol = 'forceEndUtterance' in prototype ? realtime : streaming;
    const registry: Registry<Transcriber, TranscriberConnection> = new Registry({
      make: (ws, events) =>
        new TranscriberConnection(ws, events, { sdk, protocol, settings: () => registry.optionsOf(ws) }),
      clientOf: (ws) => (ws as { [clientKey]?: object })[clientKey],
      standsAlone: true,
    });
    return {
      registry,
      patches: [{ object: prototype, name: 'the transcriber', members: transcriberMembers(sdk, registry) }],
      check({ WebSocket }) {
        if (WebSocket === undefined) return;
        throw webSocketRefused('the transcribers load ws by themselves and take no other', 'Leave the option out');
      },
    };
  },
};
