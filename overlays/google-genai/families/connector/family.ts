import { clientKey } from '../../../../core/symbols.ts';
import { clientState } from '../../../client/client-state.ts';
import { findMark } from '../../../foreign/mark.ts';
import { type Members, snapshot } from '../../../foreign/members.ts';
import { attach } from '../../../seams/attach.ts';
import type { Family } from '../../../seams/family.ts';
import { handled } from '../../../seams/handled.ts';
import { optionsOfInstance } from '../../../seams/overlay-options.ts';
import { LiveConnection } from '../session/connection.ts';
import { checkSocketClass, music, session } from '../session/family.ts';
import type { ApiClient, Callbacks, LiveSession, SocketFactory } from '../session/shapes.ts';

/** `client.live`, or `client.live.music`. */
export interface Connector {
  readonly apiClient: ApiClient;
  readonly webSocketFactory: SocketFactory;
  connect(params: { callbacks?: Callbacks }): Promise<LiveSession>;
}

export function isConnector(part: unknown): part is Connector {
  const { connect, webSocketFactory } = (part ?? {}) as Partial<Connector>;
  return typeof connect === 'function' && typeof webSocketFactory?.create === 'function';
}

const sessions = [session, music];

/** `Live` and `LiveMusic`: each of their sessions begins with a connection that nobody else knows yet. */
export const connector: Family<Connector> = {
  sdk: 'google-genai',
  name: 'connector',
  required: ['connect'],
  prototypeOf: (instance) => (isConnector(instance) ? Object.getPrototypeOf(instance) : undefined),

  seams(prototype, self) {
    const sdk = snapshot(prototype);
    let isActive = false;
    /** Take the seams off the classes of the sessions, which nobody can find before there is a session. */
    const detachers: (() => void)[] = [];

    const arrive = (made: LiveSession): LiveSession => {
      if (!isActive || findMark(made) !== undefined) return made;
      detachers.push(attach(made, sessions, self).detach);
      // It was made before, and learns of its connection.
      void (made as LiveSession & { connected: boolean }).connected;
      return made;
    };

    const members: Pick<Connector, 'connect'> & ThisType<Connector> = {
      connect(params) {
        const connect = async () => {
          const client = this.apiClient[clientKey] as { live?: { music?: object } } | undefined;
          if (client !== undefined) clientState(client).admit('connect()');
          // Both may be behind a proxy, and have another identity then.
          const isMusic = client?.live?.music !== undefined && !('music' in this);
          const name = isMusic ? 'socket music' : 'socket live';
          const connection = new LiveConnection(name, this.apiClient);
          if (client !== undefined) clientState(client).add(connection);
          const dial = async (factory: SocketFactory) => {
            const self = Object.create(this, { webSocketFactory: { value: factory } }) as Connector;
            return arrive(await sdk.connect.call(self, params));
          };
          const options = optionsOfInstance(this, client);
          return connection.open(dial, this.webSocketFactory, params?.callbacks, options);
        };
        return handled(connect());
      },
    };

    return {
      registry: {
        activate() {
          isActive = true;
        },
        retire(_className, _members, onUnused) {
          isActive = false;
          for (const detach of detachers.splice(0)) detach();
          onUnused();
        },
        connectionOf() {},
      },
      patches: [
        { object: prototype, name: 'client.live', members: Object.getOwnPropertyDescriptors(members) as Members },
      ],
      check: checkSocketClass,
    };
  },
};
