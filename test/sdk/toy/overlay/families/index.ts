import { Connection, type SocketEvents } from '../../connection/connection.ts';
import { Faults } from '../../connection/faults.ts';
import { connectionMembers } from '../../connection/members.ts';
import { Registry } from '../../connection/registry.ts';
import { StreamSet } from '../../connection/streams.ts';
import { type Members, snapshot } from '../../foreign/members.ts';
import type { Family } from '../../seams/family.ts';
import { handled } from '../../seams/handled.ts';
import type { ResolvedOptions } from '../../seams/overlay-options.ts';
import type { SocketLike } from '../../sockets/socket.ts';

interface ToySocket {
  readonly socket?: SocketLike;
  connect(): Promise<void>;
  send(message: object): unknown;
  close(): unknown;
  emit(event: 'end'): unknown;
  on(event: 'end' | 'message', listener: (message?: { type?: string }) => void): unknown;
}

class ToyConnection extends Connection {
  readonly name = 'socket';
  readonly faults = new Faults(this, () => []);
  readonly streams = new StreamSet();
  readonly #ws: ToySocket;
  readonly #sdk: ToySocket;

  constructor(ws: ToySocket, sdk: ToySocket, events: SocketEvents) {
    super(events);
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
    // The SDK emits `end` when the socket has closed: the streams are cut before that.
    this.attachSocket(this.#ws.socket!, options, 'first');
    await opened.catch((error: unknown) => {
      throw this.faults.connectFailure(error);
    });
  }

  send(message: object): unknown {
    this.admit('send()');
    const stream = { name: 'stream', contextId: undefined, isOpen: true, cut() {}, drop() {} };
    this.streams.add(stream);
    const finish = () => this.streams.delete(stream);
    this.#ws.on('end', finish);
    this.#ws.on('message', (message) => message?.type === 'done' && finish());
    return this.#sdk.send.call(this.#ws, message);
  }

  protected sendClose(): void {
    this.#sdk.close.call(this.#ws);
  }

  // Readers are listeners. They learn of every end by the event `end`.
  protected override dropStreams(): void {
    this.#ws.emit('end');
  }

  protected override cutStreams(): void {
    this.#ws.emit('end');
  }
}

const socket: Family<ToySocket> = {
  sdk: 'toy',
  name: 'socket',
  required: ['connect', 'send', 'close', '_read'],
  seams(prototype) {
    const sdk = snapshot(prototype);
    const registry = new Registry<ToySocket, ToyConnection>({
      make: (ws, events) => new ToyConnection(ws, sdk, events),
      clientOf: () => undefined,
    });
    const connect = async (ws: ToySocket) => {
      const { connection } = registry.opening(ws);
      connection.admit('connect()');
      await connection.connect(registry.optionsOf(ws));
    };
    const members: Pick<ToySocket, 'connect' | 'send' | 'close'> & ThisType<ToySocket> = {
      connect() {
        return handled(connect(this));
      },
      send(message) {
        return registry.connectionOf(this).send(message);
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
