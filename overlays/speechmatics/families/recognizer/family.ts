import { Registry } from '../../../connection/registry.ts';
import { snapshot } from '../../../foreign/members.ts';
import type { Family } from '../../../seams/family.ts';
import { webSocketRefused } from '../../../seams/refusals.ts';
import { RecognizerConnection } from './connection.ts';
import { recognizerMembers } from './members.ts';
import type { Recognizer } from './shapes.ts';

/** `RealtimeClient`: one recognition at a time, told to the listeners of an `EventTarget`. */
export const recognizer: Family<Recognizer> = {
  sdk: 'speechmatics',
  name: 'recognizer',
  required: ['start', 'connect', 'sendMessage', 'sendAudio', 'getSpeakers', 'stopRecognition', 'dispatchTypedEvent'],

  seams(prototype) {
    const sdk = snapshot(prototype);
    const registry: Registry<Recognizer, RecognizerConnection> = new Registry({
      make: (ws, events) => new RecognizerConnection(ws, events, { sdk, settings: () => registry.optionsOf(ws) }),
      clientOf: () => undefined,
    });
    return {
      registry,
      patches: [{ object: prototype, name: 'RealtimeClient', members: recognizerMembers(sdk, registry) }],
      check({ WebSocket }) {
        if (WebSocket === undefined) return;
        throw webSocketRefused('RealtimeClient loads ws by itself and takes no other', 'Leave the option out');
      },
    };
  },
};
