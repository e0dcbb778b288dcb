import { PatchError } from '../../../core/errors.ts';
import { type Family, snapshot } from '../../install.ts';
import { Registry } from '../../registry.ts';
import { RouterConnection } from './connection.ts';
import { contextMembers, ttswsMembers } from './seam.ts';
import type { TTSWS, TTSWSContext } from './shapes.ts';
import { ownSocketClass } from './stand-in.ts';

/** `TTSWS` of 3.x and 4.x: contexts on one socket, each with its queue. */
export const contextRouter: Family<TTSWS> = {
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
      make: (ws, occupancy) => new RouterConnection(ws, occupancy),
      clientOf: (ws) => ws.client,
    });
    const Context = Object.getPrototypeOf(sdk.context.call({ _registerContext() {} } as never, {})) as TTSWSContext;
    return {
      registry,
      patches: [
        { object: prototype, name: 'TTSWS', members: ttswsMembers(sdk, registry, self) },
        { object: Context, name: 'TTSWSContext', members: contextMembers(snapshot(Context), registry) },
      ],
      /** A build that loads `ws` itself takes no other: two copies of `ws` are installed, and one of them would be ignored. */
      check({ WebSocket }) {
        const own = WebSocket === undefined ? undefined : ownSocketClass(sdk);
        if (own === undefined || own === WebSocket) return;
        throw new PatchError(
          'ERR_PATCH_WEBSOCKET',
          'the WebSocket option of overlay() cannot be honoured',
          'this build of the SDK has loaded a ws of its own, and the one given is another copy',
          'Leave the option out, or keep one copy ("npm ls ws" shows them, "npm dedupe" merges them)',
        );
      },
    };
  },
};
