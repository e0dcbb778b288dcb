import type { Registry } from '../../../connection/registry.ts';
import { onAssigned } from '../../../foreign/assigned.ts';
import type { Members } from '../../../foreign/members.ts';
import { disconnectableMembers } from '../../../seams/disconnectable-members.ts';
import { handled } from '../../../seams/handled.ts';
import type { LiveConnection } from './connection.ts';
import type { ApiClient, Asking, LiveSession } from './shapes.ts';

type Of = (session: LiveSession) => LiveConnection;
type Send = (this: LiveSession, message?: Asking) => unknown;

/** The methods that send. `play()` and its like throw by their own names, and send by `sendPlaybackControl()`. */
const synchronous = [
  'sendClientContent',
  'sendRealtimeInput',
  'sendToolResponse',
  'sendContextUpdate',
  'sendPlaybackControl',
  'play',
  'pause',
  'stop',
  'resetContext',
];
const asynchronous = ['setWeightedPrompts', 'setMusicGenerationConfig'];

/** Tells whether the model answers a message. Of audio, only the model knows. */
const asks: Readonly<Record<string, (message: Asking) => boolean>> = {
  sendClientContent: ({ turnComplete }) => turnComplete !== false,
  sendRealtimeInput: ({ text, activityEnd }) => text !== undefined || activityEnd !== undefined,
  sendToolResponse: () => true,
};

/** The members that go onto the prototype of a class of sessions. @param sdk the class's own members */
export function sessionMembers(sdk: LiveSession, registry: Registry<LiveSession, LiveConnection>): Members {
  const of: Of = (session) => registry.connectionOf(session);
  const own = sdk as unknown as Readonly<Record<string, Send>>;
  const members: Pick<LiveSession, 'close'> & ThisType<LiveSession> = {
    close() {
      return of(this).closeWith(() => sdk.close.call(this));
    },
  };
  const wrapped = (names: readonly string[], wrap: (send: Send, name: string) => Send) =>
    names.filter((name) => name in own).map((name) => [name, { value: wrap(own[name]!, name), writable: true }]);
  return {
    ...disconnectableMembers<LiveSession>({
      levelOf: of,
      optionsOf: (session) => registry.optionsOf(session),
      isInstance: (session) => Object.hasOwn(session, 'conn'),
    }),
    ...(Object.getOwnPropertyDescriptors(members) as Members),
    ...Object.fromEntries([
      ...wrapped(synchronous, (send, name) => sending(of, send, name)),
      ...wrapped(asynchronous, (send, name) => rejecting(sending(of, send, name))),
    ]),
    // The constructor assigns it last.
    apiClient: onAssigned('apiClient', (session: LiveSession, _client: ApiClient) => void of(session)),
  };
}

function sending(of: Of, send: Send, name: string): Send {
  const isAnswered = asks[name];
  return function (message) {
    const connection = of(this);
    connection.onSend(`${name}()`);
    const sent = send.call(this, message);
    if (isAnswered?.(message ?? {})) connection.beginTurn();
    return sent;
  };
}

const rejecting = (send: Send): Send =>
  function (message) {
    return handled(new Promise((resolve) => resolve(send.call(this, message))));
  };
