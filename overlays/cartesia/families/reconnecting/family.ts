import { clientKey } from '../../../../core/symbols.ts';
import { Registry } from '../../../connection/registry.ts';
import { snapshot } from '../../../foreign/members.ts';
import type { Family } from '../../../seams/family.ts';
import { sttMembers, ttsMembers } from './members.ts';
import type { ReconnectingClient, SttClient, TtsClient } from './shapes.ts';
import { SttConnection } from './stt-connection.ts';
import { TtsConnection } from './tts-connection.ts';

/** A client leaves itself in the options that it hands on (2.x), or on the connection. */
function clientOf(ws: ReconnectingClient): object | undefined {
  return ws.options?.[clientKey] ?? ws[clientKey];
}

/** `SttWebsocket` of 2.2.4 and later. */
export const reconnectingStt: Family<SttClient> = {
  sdk: 'cartesia',
  name: 'reconnecting',
  required: ['onMessage', 'finalize', 'done', 'send', 'connect', 'disconnect'],

  seams(prototype) {
    const sdk = snapshot(prototype);
    const registry: Registry<SttClient, SttConnection> = new Registry<SttClient, SttConnection>({
      make: (ws, events) => new SttConnection(ws, events, { sdk, settings: () => registry.optionsOf(ws) }),
      clientOf,
    });
    return { registry, patches: [{ object: prototype, name: 'SttWebsocket', members: sttMembers(sdk, registry) }] };
  },
};

/** `Websocket` of 2.x, and `WebSocket` of 1.1 and later. */
export const reconnectingTts: Family<TtsClient> = {
  sdk: 'cartesia',
  name: 'reconnecting',
  required: ['continue', 'send', 'connect', 'disconnect'],

  seams(prototype) {
    const sdk = snapshot(prototype);
    const registry: Registry<TtsClient, TtsConnection> = new Registry<TtsClient, TtsConnection>({
      make: (ws, events) => new TtsConnection(ws, events, { sdk, settings: () => registry.optionsOf(ws) }),
      clientOf,
    });
    return { registry, patches: [{ object: prototype, name: 'the WebSocket', members: ttsMembers(sdk, registry) }] };
  },
};

/** `WebSocket` of 1.0, which cannot continue a context, and like all of 1.x is a client as well. */
export const reconnectingTtsClient: Family<TtsClient> = {
  ...reconnectingTts,
  required: ['send', 'connect', 'disconnect', 'fetch'],
};

interface Client {
  tts: { websocket(options: object): object };
  /** Has connections since 2.2.4. */
  stt?: { websocket?(options: object): object };
}

/** Makes an instance of each class of connections that a client of 1.x or 2.x has. This opens nothing. */
export function connectionsBehind({ tts, stt }: Client): readonly object[] {
  const options = { sampleRate: 16_000, encoding: 'pcm_s16le' };
  const transcriber = stt?.websocket?.(options);
  return transcriber === undefined ? [tts.websocket(options)] : [tts.websocket(options), transcriber];
}
