import { DisconnectedError } from '../../../../core/errors.ts';
import { clientState } from '../../../client/client-state.ts';
import { untilDisconnected } from '../../../client/exchanges.ts';
import { noteClient } from '../../../client/last-client.ts';
import { catchInstance } from '../../../foreign/globals.ts';
import { beforeLook, beforeResume } from '../../../foreign/last-moment.ts';
import { setMember } from '../../../foreign/members.ts';
import { handled } from '../../../seams/handled.ts';

interface ConnectOptions {
  modelId: unknown;
}

/** `ScribeRealtime`: it makes the connections, which keep no reference to it. */
interface Scribe {
  connect(options: ConnectOptions): Promise<object>;
  /** Called right before the SDK dials. */
  buildWebSocketUri(options: ConnectOptions): Promise<string>;
}

const isScribe = (part: object): part is Scribe =>
  ['connect', 'buildWebSocketUri'].every((name) => typeof (part as Record<string, unknown>)[name] === 'function');

/** Ends the attempts of a client to connect with the client, and tells its connections of it. */
export function tieScribe(part: object, client: object): void {
  if (!isScribe(part)) return;
  const { connect, buildWebSocketUri } = part;
  setMember(part, 'connect', {
    value: (options: ConnectOptions) => {
      const connecting = async () => {
        clientState(client).admit('connect()');
        return untilDisconnected(client, () => connect.call(part, noted(options, client)));
      };
      return handled(connecting());
    },
    writable: true,
  });
  setMember(part, 'buildWebSocketUri', {
    value: (options: ConnectOptions) =>
      beforeResume(buildWebSocketUri.call(part, options), () => {
        if (clientState(client).ended) throw new DisconnectedError('connect()', 'client');
      }),
    writable: true,
  });
}

/** The SDK looks at this option right before it makes the connection object. */
function noted(options: ConnectOptions, client: object): ConnectOptions {
  return beforeLook(options, 'modelId', () => noteClient('elevenlabs', client));
}

/** Makes an instance of the class of the client's connections, and dials nothing. */
export function connectionOf(client: object): object | undefined {
  const { realtime } = (client as { speechToText: { realtime?: object } }).speechToText;
  if (realtime === undefined || !isScribe(realtime)) return undefined;
  const { connect } = Object.getPrototypeOf(realtime) as Scribe;
  const scribe: object = Object.create(realtime, {
    options: { value: { apiKey: 'a-key-for-nobody' } },
    buildWebSocketUri: { value: () => new Promise(() => {}) },
  });
  return catchInstance('eventEmitter', () => connect.call(scribe as Scribe, { modelId: 'a-model' }));
}
