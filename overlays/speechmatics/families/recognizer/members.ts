import { connectionMembers } from '../../../connection/members.ts';
import type { Registry } from '../../../connection/registry.ts';
import type { Members } from '../../../foreign/members.ts';
import { handled } from '../../../seams/handled.ts';
import type { RecognizerConnection } from './connection.ts';
import type { Recognizer } from './shapes.ts';

/** The members that go onto the prototype of `RealtimeClient`. @param sdk the class's own members */
export function recognizerMembers(sdk: Recognizer, registry: Registry<Recognizer, RecognizerConnection>): Members {
  const of = (ws: Recognizer) => registry.connectionOf(ws);

  const members: Partial<Recognizer> & ThisType<Recognizer> = {
    start(...args) {
      return handled(of(this).start(args));
    },

    // Its type says that only start() calls it. A program in JavaScript may call it too.
    connect(jwt) {
      const connect = async () => {
        of(this).admit('connect()');
        return sdk.connect.call(this, jwt);
      };
      return handled(connect());
    },

    sendMessage(message) {
      of(this).send(message, () => sdk.sendMessage.call(this, message));
    },

    sendAudio(audio) {
      of(this).admit('sendAudio()');
      sdk.sendAudio.call(this, audio);
    },

    getSpeakers(options) {
      return handled(of(this).ask(() => sdk.getSpeakers.call(this, options), options?.timeout));
    },

    stopRecognition(options) {
      return handled(of(this).stop(options));
    },

    dispatchTypedEvent(type, event) {
      const connection = of(this);
      // The SDK tells of a socket in the tick in which it has opened it.
      if (type === 'socketStateChange') connection.takeSocket();
      const isHeard = type !== 'receiveMessage' || connection.onReceive(event.data!);
      return isHeard && sdk.dispatchTypedEvent.call(this, type, event);
    },
  };
  return { ...connectionMembers(registry), ...(Object.getOwnPropertyDescriptors(members) as Members) };
}
