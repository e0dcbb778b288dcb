import { Registry } from '../../../connection/registry.ts';
import { snapshot } from '../../../foreign/members.ts';
import type { Family } from '../../../seams/family.ts';
import { webSocketRefused, wrongTarget } from '../../../seams/refusals.ts';
import { SourceConnection } from './connection.ts';
import { sourceMembers, wrapperMembers } from './members.ts';
import type { AudioSource, WebSocketWrapper } from './shapes.ts';

/** `WebSocketWrapper` of the `backcompat` client in 3.x and 4.x: requests on one socket, each with its source. */
export const sourceRouter: Family<WebSocketWrapper> = {
  sdk: 'cartesia',
  name: 'source-router',
  required: ['handleMessage', 'connect', 'send', 'disconnect'],

  seams(prototype) {
    const source = sourcePrototype(prototype);
    const sdk = { wrapper: snapshot(prototype), source: snapshot(source) };
    const registry: Registry<WebSocketWrapper, SourceConnection> = new Registry({
      make: (ws, events) => new SourceConnection(ws, sdk, events, () => registry.optionsOf(ws)),
      clientOf: (ws) => ws.client,
    });
    return {
      registry,
      patches: [
        { object: prototype, name: 'WebSocketWrapper', members: wrapperMembers(registry) },
        { object: source, name: 'AudioSource', members: sourceMembers(sdk.source) },
      ],
      check({ WebSocket }) {
        if (WebSocket === undefined) return;
        throw webSocketRefused('WebSocketWrapper loads ws by itself and takes no other', 'Leave the option out');
      },
    };
  },
};

/** The prototype of a class that the SDK does not export: a request that goes nowhere makes an instance of it. */
function sourcePrototype(prototype: WebSocketWrapper): AudioSource {
  const sources = new Map<string, AudioSource>();
  const nowhere = { sources, defaultSource: null, socket: { send() {} } };
  // It has an id, because the SDK would load Node's cryptography to make one, which takes milliseconds.
  prototype.send.call(nowhere as never, { contextId: 'none' }).catch(() => {});
  const [source] = sources.values();
  const { read, push, markDone, buffers, isDone, waiter } = source ?? ({} as Partial<AudioSource>);
  const isKnown = [read, push, markDone].every((member) => typeof member === 'function');
  if (isKnown && Array.isArray(buffers) && isDone === false && waiter === null) {
    return Object.getPrototypeOf(source) as AudioSource;
  }
  throw wrongTarget(prototype, 'send() makes no source of the kind that hangup knows');
}

/**
 * Makes a connection object of a `backcompat` client, to find its class. It opens nothing.
 *
 * @param client `CartesiaClient`
 */
export function wrapperBehind(client: { tts: { websocket(config: object): object } }): object {
  return client.tts.websocket({});
}
