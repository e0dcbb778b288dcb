import { Connection, type Occupancy } from '../../connection/connection.ts';
import { Faults } from '../../connection/faults.ts';
import { Registry } from '../../connection/registry.ts';
import type { Members } from '../../foreign/members.ts';
import { type Family, snapshot } from '../../seams/attach.ts';
import { connectionMembers } from '../../seams/disconnectable-members.ts';
import type { ResolvedOptions } from '../../seams/overlay-options.ts';
import type { SocketLike } from '../../sockets/socket.ts';

interface ToySocket {
  readonly socket?: SocketLike;
  connect(): Promise<void>;
  send(message: object): unknown;
  close(): unknown;
  emit(event: 'end'): unknown;
}

/** Its readers are listeners. They learn of every end by the event `end`. */
class ToyConnection extends Connection {
  readonly faults = new Faults(() => []);
  readonly #ws: ToySocket;
  readonly #sdk: ToySocket;

  constructor(ws: ToySocket, sdk: ToySocket, occupancy: Occupancy) {
    super(occupancy);
    this.#ws = ws;
    this.#sdk = sdk;
  }

  protected get socket(): SocketLike | undefined {
    return this.#ws.socket;
  }

  adopt(options: ResolvedOptions): void {
    this.adoptSocket(options);
  }

  async connect(options: ResolvedOptions): Promise<void> {
    const opened = this.#sdk.connect.call(this.#ws);
    this.adoptSocket(options);
    await opened.catch((error: unknown) => {
      throw this.faults.connectFailure(error);
    });
  }

  protected sendClose(): void {
    this.#sdk.close.call(this.#ws);
  }
  protected endStreams(): void {
    this.#ws.emit('end');
  }
  protected cutStreams(): void {
    this.#ws.emit('end');
  }
  protected forgetStreams(): void {}
  protected unfinished(): string[] {
    return [];
  }
  protected unsettled(): string[] {
    return [];
  }
  protected politeSteps() {
    return [];
  }
  protected onUnreadable(): boolean {
    return false;
  }
}

const socket: Family<ToySocket> = {
  name: 'socket',
  required: ['connect', 'send', 'close', '_read'],
  seams(prototype) {
    const sdk = snapshot(prototype);
    const registry = new Registry<ToySocket, ToyConnection>({
      make: (ws, occupancy) => new ToyConnection(ws, sdk, occupancy),
      clientOf: () => undefined,
    });
    const members: Pick<ToySocket, 'connect' | 'send' | 'close'> & ThisType<ToySocket> = {
      connect() {
        const connecting = (async () => {
          const { connection } = registry.opening(this);
          connection.admit('connect()');
          await connection.connect(registry.optionsOf(this));
        })();
        connecting.catch(() => {});
        return connecting;
      },
      send(message) {
        registry.connectionOf(this).admit('send()');
        return sdk.send.call(this, message);
      },
      close() {
        return registry.connectionOf(this).close(() => sdk.close.call(this));
      },
    };
    const all = { ...connectionMembers(registry), ...Object.getOwnPropertyDescriptors(members) } as Members;
    return { registry, patches: [{ object: prototype, name: 'ToySocket', members: all }] };
  },
};

export const families: readonly Family[] = [socket as Family];
