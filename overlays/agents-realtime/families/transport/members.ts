import type { Registry } from '../../../connection/registry.ts';
import { beforeLook } from '../../../foreign/last-moment.ts';
import type { Members } from '../../../foreign/members.ts';
import { disconnectableMembers } from '../../../seams/disconnectable-members.ts';
import { handled } from '../../../seams/handled.ts';
import { linkKey } from '../link.ts';
import type { TransportConnection } from './connection.ts';
import type { ErrorPayload } from './events.ts';
import type { Transport } from './shapes.ts';

type Replaced = Omit<Transport, 'connectionState'>;

/** The members that go onto the transport's prototype. @param sdk the class's own members, and its bases' */
export function transportMembers(sdk: Transport, registry: Registry<Transport, TransportConnection>): Members {
  const of = (ws: Transport) => registry.connectionOf(ws);

  const members: Replaced & ThisType<Transport> = {
    connect(options) {
      const connect = async () => {
        const { connection } = registry.opening(this, 'connect()');
        // The SDK takes the address last, in the tick in which it opens a socket: it has waited for the key before.
        const admitted = beforeLook(options, 'url', () => connection.admitDial());
        return connection.connect(() => sdk.connect.call(this, admitted));
      };
      return handled(connect());
    },

    close() {
      return of(this).closeSdk();
    },

    sendEvent(event) {
      of(this).admitSend('sendEvent()');
      sdk.sendEvent.call(this, event);
    },

    sendAudio(...args) {
      if (of(this).admitAudio()) sdk.sendAudio.apply(this, args);
    },

    interrupt(...args) {
      of(this).quietly(() => sdk.interrupt.apply(this, args));
    },

    emit(type, ...args) {
      const connection = of(this);
      if (type === 'connection_change' && args[0] === 'connecting') connection.take(registry.optionsOf(this));
      // The events of the provider pass here twice, and each is the hot path.
      if (type === '*' && !connection.isForApp(args[0])) return false;
      if (type === 'error') {
        connection.told = args[0] as ErrorPayload;
        if (connection.isSilent(connection.told)) return false;
      }
      try {
        return sdk.emit.call(this, type, ...args);
      } catch (error) {
        if (type === 'error' && connection.isUnheard(error, args[0] as ErrorPayload)) return false;
        connection.thrown = error;
        throw error;
      }
    },

    async _getApiKey(options) {
      const key = await sdk._getApiKey.call(this, options);
      of(this).key = key;
      return key;
    },

    // The SDK tells of each message that it can read, and drops the others.
    _onMessage(event) {
      const connection = of(this);
      const { received } = connection;
      sdk._onMessage.call(this, event);
      if (connection.received === received) connection.onDropped();
    },

    _onError(error) {
      of(this).onError(error);
    },
  };
  if (sdk.requestResponse !== undefined) {
    members.requestResponse = function (this: Transport, response) {
      of(this).admitSend('requestResponse()');
      sdk.requestResponse!.call(this, response);
    };
  }
  return {
    ...disconnectableMembers<Transport>({
      levelOf: of,
      optionsOf: (ws) => registry.optionsOf(ws),
      isInstance: (ws) => Object.hasOwn(ws, 'eventEmitter'),
    }),
    ...(Object.getOwnPropertyDescriptors(members) as Members),
    [linkKey]: {
      get(this: Transport) {
        return of(this);
      },
    },
  };
}
