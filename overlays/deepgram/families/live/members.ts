import type { Registry } from '../../../connection/registry.ts';
import { onAssigned } from '../../../foreign/assigned.ts';
import type { Members } from '../../../foreign/members.ts';
import { disconnectableMembers } from '../../../seams/disconnectable-members.ts';
import type { LiveConnection } from './connection.ts';
import type { LiveClient } from './shapes.ts';

/** The members that go onto `AbstractLiveClient.prototype`. @param sdk the class's own members, and its bases' */
export function liveMembers(sdk: LiveClient, registry: Registry<LiveClient, LiveConnection>): Members {
  const of = (ws: LiveClient) => registry.connectionOf(ws);
  const contract = disconnectableMembers<LiveClient>({
    levelOf: of,
    optionsOf: (ws) => registry.optionsOf(ws),
    isInstance: (ws) => Object.hasOwn(ws, 'conn'),
  });
  const { value: disconnect } = contract.disconnect as { value: (this: LiveClient, how: unknown) => unknown };

  const members: Partial<LiveClient> & ThisType<LiveClient> = {
    connect(...args) {
      registry.opening(this, 'connect()').connection.connect(() => sdk.connect.apply(this, args));
    },

    // A number first is a close code of the SDK's own call.
    disconnect(how, reason) {
      return typeof how === 'number' ? of(this).closeWith(how, reason) : disconnect.call(this, how);
    },

    send(data) {
      if (of(this).onSend(data)) sdk.send.call(this, data);
    },

    emit(event, ...args) {
      return of(this).tell(event, args);
    },
  };
  return {
    ...contract,
    ...(Object.getOwnPropertyDescriptors(members) as Members),
    conn: onAssigned('conn', (ws: LiveClient, conn: LiveClient['conn']) => {
      if (conn !== null) of(ws).take(conn);
    }),
  };
}
