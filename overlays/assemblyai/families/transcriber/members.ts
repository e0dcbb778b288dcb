import { connectionMembers } from '../../../connection/members.ts';
import type { Registry } from '../../../connection/registry.ts';
import { keptAside, onAssigned } from '../../../foreign/assigned.ts';
import type { Members } from '../../../foreign/members.ts';
import { handled } from '../../../seams/handled.ts';
import { discard } from '../../../sockets/destroy.ts';
import type { TranscriberConnection } from './connection.ts';
import type { Transcriber, TranscriberSocket } from './shapes.ts';

/** The members that go onto the prototypes of the transcribers. @param sdk the class's own members */
export function transcriberMembers(sdk: Transcriber, registry: Registry<Transcriber, TranscriberConnection>): Members {
  const of = (ws: Transcriber) => registry.connectionOf(ws);

  const members: Partial<Transcriber> & ThisType<Transcriber> = {
    on(event, listener) {
      sdk.on.call(this, event, of(this).marked(listener));
    },

    connect() {
      const connect = async () => {
        registry.opening(this, 'connect()');
        return of(this).connect();
      };
      return handled(connect());
    },

    // In two-channel mode it keeps the audio, and sets a timer.
    sendAudio(...args) {
      of(this).onSend('sendAudio()');
      sdk.sendAudio.apply(this, args);
    },

    send(data) {
      of(this).onSend('send()');
      sdk.send.call(this, data);
    },

    close(...args) {
      return of(this).closeWith(...args);
    },
  };
  if (sdk.connectOnce !== undefined) {
    members.connectOnce = function (this: Transcriber) {
      return of(this).retries.attempt(() => sdk.connectOnce!.call(this));
    };
  }
  return {
    ...connectionMembers(registry),
    ...(Object.getOwnPropertyDescriptors(members) as Members),
    // The SDK assigns them when the session ends. An instance that is sealed would throw then, which ends the process.
    sessionTerminatedResolve: keptAside('sessionTerminatedResolve'),
    flushTimer: keptAside('flushTimer'),
    socket: onAssigned(
      'socket',
      (ws: Transcriber, socket: TranscriberSocket | undefined) => of(ws).attach(socket, registry.optionsOf(ws)),
      (socket) => socket !== undefined && discard(socket),
    ),
  };
}
