import { connectionMembers } from '../../../connection/members.ts';
import type { Registry } from '../../../connection/registry.ts';
import type { Members } from '../../../foreign/members.ts';
import { handled } from '../../../seams/handled.ts';
import type { StreamingConnection } from './connection.ts';
import type { StreamingSocket } from './shapes.ts';

type Method = (this: StreamingSocket, ...args: unknown[]) => unknown;

/** The members that go onto the prototype of a class of sockets. @param sdk the class's own members, and its bases' */
export function streamingMembers(
  sdk: StreamingSocket,
  registry: Registry<StreamingSocket, StreamingConnection>,
): Members {
  const of = (ws: StreamingSocket) => registry.connectionOf(ws);
  const members: Partial<StreamingSocket> & ThisType<StreamingSocket> = {
    connect() {
      registry.opening(this, 'connect()').connection.connect();
      return this;
    },

    waitForOpen() {
      return handled(of(this).waitForOpen());
    },

    close() {
      return of(this).closeWith();
    },
  };
  const methods = sdk as unknown as Record<string, Method>;
  const sending = (name: string): Method =>
    function (...args) {
      return of(this).onSend(name, () => methods[name]!.apply(this, args));
    };
  const senders = Object.fromEntries(
    sendersOf(sdk).map((name) => [name, { value: sending(name), writable: true }] as const),
  );
  return { ...connectionMembers(registry), ...(Object.getOwnPropertyDescriptors(members) as Members), ...senders };
}

/** Every class has methods of its own that send a message. All of them go through two that the SDK keeps to itself. */
function sendersOf(sdk: object): string[] {
  const names = new Set<string>();
  for (let at = sdk; at !== Object.prototype; at = Object.getPrototypeOf(at) as object) {
    for (const name of Object.getOwnPropertyNames(at)) {
      if (/^send(?!Binary$|Json$)|^ping$/.test(name)) names.add(name);
    }
  }
  return [...names];
}
