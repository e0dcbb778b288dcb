import { connectionMembers } from '../../connection/members.ts';
import type { Registry } from '../../connection/registry.ts';
import type { Members } from '../../foreign/members.ts';
import { optionsOfInstance } from '../../seams/overlay-options.ts';
import { openDestroyable } from '../../sockets/native.ts';
import type { StandIn } from '../stand-in.ts';
import type { EventStreamConnection } from './connection.ts';
import type { EventStreamWS } from './shapes.ts';

/**
 * The members that go onto the prototype of a socket class.
 *
 * @param sdk the class's own members, and its base's
 * @param opening runs the SDK's code that opens a socket for a connection
 * @param hearsEvents the events of the provider tell of its work
 */
export function eventStreamMembers(
  sdk: EventStreamWS,
  registry: Registry<EventStreamWS, EventStreamConnection>,
  opening: <R>(ws: EventStreamWS, open: () => R) => R,
  hearsEvents: boolean,
): Members {
  const of = (ws: EventStreamWS) => registry.connectionOf(ws);

  const members: Partial<EventStreamWS> & ThisType<EventStreamWS> = {
    close(props) {
      return of(this).closeWith(props);
    },

    send(event) {
      of(this).onSend('send()', event);
      sdk.send.call(this, event);
    },

    sendRaw(data) {
      of(this).onSend('sendRaw()');
      sdk.sendRaw.call(this, data);
    },

    [Symbol.asyncIterator]() {
      const iterator = sdk[Symbol.asyncIterator].call(this);
      // The iterator would wait for a `close` event that was emitted already, before the socket was CLOSED.
      if (of(this).isOver) this._internalEvents._emit('close', this._lastCloseCode, this._lastCloseReason, []);
      return iterator;
    },

    _createSocket(url, headers) {
      const create = () => sdk._createSocket.call(this, url, headers);
      let adapter: ReturnType<typeof create> | undefined;
      openDestroyable(() => {
        adapter = opening(this, create);
        return adapter.platformSocket;
      });
      return adapter!;
    },

    _connect() {
      const { connection, isNew } = registry.opening(this);
      connection.admit('connect()');
      if (isNew) connection.watchBackOff();
      const socket = sdk._connect.call(this);
      connection.attach(socket.platformSocket, registry.optionsOf(this));
      return socket;
    },

    async _reconnect(closeCode) {
      // A socket that was lost at the peer's close frame reports it once more when it has closed.
      if (!of(this).isOver) await sdk._reconnect.call(this, closeCode);
    },

    _emitPermanentClose(code, reason) {
      of(this).finish(() => sdk._emitPermanentClose.call(this, code, reason));
    },

    _onError(event, message, cause) {
      of(this).report(event, message, cause);
    },
  };
  if (hearsEvents) {
    members._emit = function (this: EventStreamWS, type, ...args) {
      if (type === 'event') of(this).onEvent(args[0]);
      sdk._emit.call(this, type, ...args);
    };
  }
  return { ...connectionMembers(registry), ...(Object.getOwnPropertyDescriptors(members) as unknown as Members) };
}

/** The part of a client that opens connections of one class. */
export interface EventStreamResource {
  _client: object;
  websocket(...args: unknown[]): unknown;
}

/**
 * The members that go onto the prototype of such a part. Where there is no global WebSocket, the constructor of the ESM build
 * throws before it asks any of its own methods: the one way to it is through the client.
 */
export function resourceMembers(sdk: EventStreamResource, standIn: StandIn, self: string | undefined): Members {
  const members: Partial<EventStreamResource> & ThisType<EventStreamResource> = {
    websocket(...args) {
      return standIn.withPlaceholder(optionsOfInstance(this._client).WebSocket, self, () =>
        sdk.websocket.apply(this, args),
      );
    },
  };
  return Object.getOwnPropertyDescriptors(members) as unknown as Members;
}
