import { Registry } from '../../../connection/registry.ts';
import { snapshot } from '../../../foreign/members.ts';
import type { Family } from '../../../seams/family.ts';
import { checkSocketClass } from '../../../stainless/stand-in.ts';
import { RouterConnection } from './connection.ts';
import { contextMembers, ttswsMembers } from './members.ts';
import type { TTSWS, TTSWSContext } from './shapes.ts';

/** `TTSWS` of 3.x and 4.x: contexts on one socket, each with its queue. */
export const contextRouter: Family<TTSWS> = {
  sdk: 'cartesia',
  name: 'context-router',
  required: [
    '_initSocket',
    '_ensureConnected',
    '_registerContext',
    '_unregisterContext',
    '_getContextQueue',
    '_emit',
    '_onError',
    '_hasListener',
    'on',
    'off',
    'send',
    'generate',
    'cancelContext',
    'context',
    'connect',
    'close',
  ],

  seams(prototype, self) {
    const sdk = snapshot(prototype);
    const registry = new Registry<TTSWS, RouterConnection>({
      make: (ws, events) => new RouterConnection(ws, events),
      clientOf: (ws) => ws.client,
    });
    // It has an id, because the SDK would load Node's cryptography to make one, which takes milliseconds.
    const context = sdk.context.call({ _registerContext() {} } as never, { contextId: 'none' });
    const Context = Object.getPrototypeOf(context) as TTSWSContext;
    return {
      registry,
      patches: [
        { object: prototype, name: 'TTSWS', members: ttswsMembers(sdk, registry, self) },
        { object: Context, name: 'TTSWSContext', members: contextMembers(snapshot(Context), registry) },
      ],
      check: ({ WebSocket }) => checkSocketClass(WebSocket, (options) => openProbe(sdk, options)),
    };
  },
};

/** Makes a socket of this build, on no connection. */
function openProbe(sdk: TTSWS, options: object): TTSWS['socket'] {
  const probe = Object.create(sdk, {
    url: { value: new URL('wss://127.0.0.1') },
    client: { value: {} },
    _onError: { value: () => {} },
    socket: { writable: true },
    _ready: { writable: true },
  }) as TTSWS;
  sdk._initSocket.call(probe, options);
  probe._ready.catch(() => {});
  return probe.socket;
}
