import { clientKey } from '../../../../core/symbols.ts';
import { type Members, setMember } from '../../../foreign/members.ts';
import { disconnectableMembers } from '../../../seams/disconnectable-members.ts';
import { handled } from '../../../seams/handled.ts';
import { wrongTarget } from '../../../seams/refusals.ts';
import { linkOf, type TransportLink } from '../link.ts';
import type { ErrorPayload } from '../transport/events.ts';

/** `RealtimeSession`, as far as the seams reach it. */
export interface RealtimeSession {
  readonly transport: object;
  connect(options: object): Promise<unknown>;
  close(): unknown;
  emit(type: string, ...args: unknown[]): boolean;
}

/** The members that go onto the session's prototype: a session ends as its transport does. */
export function sessionMembers(sdk: RealtimeSession): Members {
  const members: Omit<RealtimeSession, 'transport'> & ThisType<RealtimeSession> = {
    connect(options) {
      const open = () => sdk.connect.call(this, options);
      tie(this);
      const link = linkOf(this.transport);
      return link === undefined ? open() : handled(link.connectSession(open));
    },

    close() {
      sdk.close.call(this);
      // It is ending already: this is the promise of that end.
      return linkOf(this.transport)?.closeSdk();
    },

    // The SDK hands on the errors of the transport, and reports those of its own calls.
    emit(type, ...args) {
      const link = type === 'error' ? linkOf(this.transport) : undefined;
      if (link === undefined) return sdk.emit.call(this, type, ...args);
      const [payload] = args as [ErrorPayload];
      if (link.isSilent(payload)) return false;
      try {
        return sdk.emit.call(this, type, ...args);
      } catch (error) {
        if (link.isUnheard(error, payload)) return false;
        throw error;
      }
    },
  };
  return {
    ...disconnectableMembers<RealtimeSession>({
      levelOf: linkTo,
      optionsOf: (session) => linkTo(session).options,
      isInstance: (session) => Object.hasOwn(session, 'initialAgent') && linkOf(session.transport) !== undefined,
    }),
    ...(Object.getOwnPropertyDescriptors(members) as Members),
  };
}

/** Tells the transport of its session. A transport that is open is taken over then. */
export function tie(session: RealtimeSession): void {
  const { transport } = session;
  if (!(clientKey in transport)) setMember(transport, clientKey, { value: session });
  linkOf(transport);
}

/** @throws {PatchError} when the session has a transport that hangup does not know */
function linkTo({ transport }: RealtimeSession): TransportLink {
  const link = linkOf(transport);
  if (link !== undefined) return link;
  throw wrongTarget(transport, 'it is not OpenAIRealtimeWebSocket, nor extends that', 'Call close() of the session');
}
