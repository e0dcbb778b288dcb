import { snapshot } from '../../../foreign/members.ts';
import type { Family } from '../../../seams/family.ts';
import { wrongTarget } from '../../../seams/refusals.ts';
import { linkOf } from '../link.ts';
import { transport } from '../transport/family.ts';
import { type RealtimeSession, sessionMembers, tie } from './members.ts';
import { openSessions } from './open-sessions.ts';

/** `RealtimeSession`: it has one transport, and an agent that answers. */
export const session: Family<RealtimeSession> = {
  sdk: 'agents-realtime',
  name: 'session',
  required: ['updateAgent', 'transport', 'connect', 'close', 'sendMessage', 'interrupt', 'emit'],

  connectionsBehind(session) {
    const { transport: own } = session;
    // A class that extends the transport may override its members. That is well when the class above has its seams.
    const isExtended = !Object.hasOwn(Object.getPrototypeOf(own), transport.required[0]);
    if (isExtended && linkOf(own) !== undefined) return [];
    if (transport.required.every((name) => name in own)) return [own];
    throw wrongTarget(session, 'its transport is not OpenAIRealtimeWebSocket', 'Use the transport "websocket"');
  },

  seams: (prototype) => ({
    registry: {
      activate() {},
      retire(className, members, onUnused) {
        openSessions.keepSeams(className, members, (open) => Object.prototype.isPrototypeOf.call(prototype, open));
        onUnused();
      },
      connectionOf() {},
    },
    patches: [{ object: prototype, name: 'RealtimeSession', members: sessionMembers(snapshot(prototype)) }],
    adopt(session) {
      tie(session);
    },
  }),
};
