import { clientKey } from '../../../../core/symbols.ts';
import { takeLastClient } from '../../../client/last-client.ts';
import { connectionMembers } from '../../../connection/members.ts';
import type { Registry } from '../../../connection/registry.ts';
import { onAssigned } from '../../../foreign/assigned.ts';
import { type Members, setMember } from '../../../foreign/members.ts';
import { withAnswerLimit } from '../../../realtime/answer-limit.ts';
import type { ServerEvent } from '../../../realtime/events.ts';
import type { RealtimeSession } from '../../../realtime/realtime-session.ts';
import { handled } from '../../../seams/handled.ts';
import { discard } from '../../../sockets/destroy.ts';
import type { RealtimeConnection } from './connection.ts';
import type { RealtimeSocket, RealtimeWS } from './shapes.ts';
import { noteSpoken, spokenKey } from './spoken.ts';

/** The members that go onto `OpenAIRealtimeWS.prototype`. @param sdk the class's own members, and its bases' */
export function realtimeMembers(sdk: RealtimeWS, registry: Registry<RealtimeWS, RealtimeConnection>): Members {
  const of = (ws: RealtimeWS) => registry.connectionOf(ws);

  const onThrow = (ws: RealtimeWS, type: unknown, error: unknown) => {
    if (!isUnreadable(type)) throw error;
    of(ws).onBadEvent();
  };
  const onClose = (ws: RealtimeWS, args: unknown[]) => {
    if (ws._recovery !== undefined) of(ws).onRecoveryClosed(...(args as [code: number, reason: string]));
  };

  /** An event that the guard cannot read is for the app, as on the bare SDK. */
  const isForApp = (ws: RealtimeWS, event: unknown) => {
    const { session } = of(ws);
    try {
      return session.onEvent((event ?? {}) as ServerEvent);
    } catch {
      return true;
    } finally {
      if (session.hasSpoken && ws[spokenKey] !== true) noteSpoken(ws, true);
    }
  };

  const members: Partial<RealtimeWS> & ThisType<RealtimeWS> = {
    send(event) {
      if (of(this).onSend('send()', event)) sdk.send.call(this, event);
    },

    close(props) {
      return of(this).closeWith(props);
    },

    emitted(type) {
      return of(this).follow(sdk.emitted.call(this, type));
    },

    // The events of the provider pass here twice. It is short, so that V8 takes it into the SDK's own function.
    _emit(type, ...args) {
      if (type === 'event' && !isPiece(this, args[0]) && !isForApp(this, args[0])) return;
      try {
        sdk._emit.call(this, type, ...args);
      } catch (error) {
        onThrow(this, type, error);
      }
      if (type === 'close') onClose(this, args);
    },

    _onError(event, message, cause) {
      of(this).report(event, message, cause);
    },
  };
  if (sdk.sendResponseCreate !== undefined) {
    members.sendResponseCreate = function (this: RealtimeWS, event) {
      if (of(this).onSend('sendResponseCreate()', event)) sdk.sendResponseCreate!.call(this, event);
    };
  }

  const session: RealtimeSession & ThisType<RealtimeWS> = {
    get activeResponses() {
      return of(this as unknown as RealtimeWS).session.active;
    },

    createResponse(response, options) {
      return handled(
        withAnswerLimit('createResponse()', options, (signal) => of(this).session.create(response, signal)),
      );
    },

    cancelResponse(id) {
      return of(this).session.cancel(id);
    },

    setVoice(voice, options) {
      return handled(withAnswerLimit('setVoice()', options, (signal) => of(this).session.setVoice(voice, signal)));
    },
  };
  return {
    ...connectionMembers(registry),
    ...(Object.getOwnPropertyDescriptors(members) as Members),
    ...(Object.getOwnPropertyDescriptors(session) as unknown as Members),
    socket: onAssigned('socket', (ws: RealtimeWS, socket: RealtimeSocket) => take(ws, socket, registry)),
  };
}

/** A piece of an answer after the first audio: it changes nothing in the session. This is the hot path. */
const isPiece = (ws: RealtimeWS, event: unknown): boolean =>
  ws[spokenKey] === true && (event as ServerEvent | null | undefined)?.delta !== undefined;

/** Before 7, the SDK looks the listeners for a type up in a plain object, and fails on these types. */
function isUnreadable(type: unknown): boolean {
  return typeof type === 'object' ? type !== null : String(type) in Object.prototype;
}

/** Takes over a socket that the SDK has opened: in the constructor, or in its recovery. */
function take(ws: RealtimeWS, socket: RealtimeSocket, registry: Registry<RealtimeWS, RealtimeConnection>): void {
  const client = takeLastClient('openai');
  if (!(clientKey in ws) && client !== undefined) setMember(ws, clientKey, { value: client });
  try {
    registry.opening(ws).connection.attach(socket, registry.optionsOf(ws));
  } catch (error) {
    discard(socket);
    throw error;
  }
}
