import { clientKey } from '../../../../core/symbols.ts';
import { Registry } from '../../../connection/registry.ts';
import { snapshot } from '../../../foreign/members.ts';
import type { Family } from '../../../seams/family.ts';
import type { OverlayOptions } from '../../../seams/overlay-options.ts';
import { webSocketRefused } from '../../../seams/refusals.ts';
import { connectionOf, LiveConnection } from './connection.ts';
import { sessionMembers } from './members.ts';
import type { LiveSession } from './shapes.ts';

/** `Session`: a conversation with a model. */
export const session = sessionFamily('session', 'socket live', [
  'sendClientContent',
  'sendRealtimeInput',
  'sendToolResponse',
  'close',
]);

/** `LiveMusicSession`, which the SDK does not export. */
export const music = sessionFamily('music', 'socket music', [
  'setWeightedPrompts',
  'setMusicGenerationConfig',
  'close',
]);

function sessionFamily(name: string, socket: string, required: Family['required']): Family<LiveSession> {
  return {
    sdk: 'google-genai',
    name,
    required,

    seams(prototype) {
      const registry: Registry<LiveSession, LiveConnection> = new Registry({
        make(live, events) {
          const connection = connectionOf(live.conn) ?? new LiveConnection(socket, live.apiClient, live.conn);
          connection.relay.follow(events);
          return connection;
        },
        clientOf: (live) => live.apiClient?.[clientKey],
      });
      return {
        registry,
        patches: [{ object: prototype, name: 'the session', members: sessionMembers(snapshot(prototype), registry) }],
        check: checkSocketClass,
      };
    },
  };
}

/** @throws {PatchError} for the option `WebSocket` */
export function checkSocketClass({ WebSocket }: OverlayOptions): void {
  if (WebSocket === undefined) return;
  throw webSocketRefused('the SDK loads ws by itself and takes no other', 'Leave the option out');
}
