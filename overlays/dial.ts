import { replaceMembers, withGlobal } from './overlay.ts';

/** A TCP or TLS socket of Node's, as far as it matters here. */
interface TcpSocket {
  /** TCP is not connected yet. */
  readonly connecting?: boolean;
  /** The TLS handshake is not done yet. */
  readonly secureConnecting?: boolean;
  readonly alpnProtocol?: string | false | null;
  destroy(error?: Error): void;
  on(event: 'error', listener: () => void): void;
}

/** A request inside undici, which is Node's own `fetch` and `WebSocket`. */
interface UndiciRequest {
  /** The whole response has arrived; it never has for a connection that became a WebSocket. */
  readonly completed?: boolean;
}

interface Message {
  readonly request: UndiciRequest;
  readonly socket: TcpSocket;
}

type Subscriber = (message: Message) => void;
type Connect = (...args: unknown[]) => TcpSocket;

interface NodeModules {
  readonly diagnostics: Record<'subscribe' | 'unsubscribe', (channel: string, subscriber: Subscriber) => void>;
  readonly dialling: readonly { connect: Connect }[];
}

/** Reached through `process`, so that bundlers and browsers see no import of a Node module. */
function nodeModules(): NodeModules | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(id: string): unknown } };
  const load = (name: string) => process?.getBuiltinModule?.(`node:${name}`) as never;
  const diagnostics: NodeModules['diagnostics'] | undefined = load('diagnostics_channel');
  return diagnostics && { diagnostics, dialling: [load('tls'), load('net')] };
}

const node = nodeModules();
const created = 'undici:request:create';
const sent = 'undici:client:sendHeaders';

/**
 * The TCP connection behind one request of Node's own `fetch`, or one of its own WebSockets: neither shows it, and neither
 * lets go of it at once. An aborted `fetch` holds the process for 10 s when its handshake stalls, and dials a second time
 * when it was under way; a closed WebSocket waits for the peer for ever. Elsewhere than on Node it finds nothing.
 *
 * Both dial before they return, or in a microtask that they queue before, so what is opened meanwhile is theirs, however
 * many there are at a time.
 */
export class Dial {
  readonly #opened = new Set<TcpSocket>();
  readonly #requests = new Map<UndiciRequest, TcpSocket | undefined>();
  #isWatching = false;
  #destroyed = false;
  /** A connection that was kept alive is taken when it is free, which may be later. */
  readonly #onSent: Subscriber = ({ request, socket }) => {
    if (!this.#requests.has(request)) return;
    this.#requests.set(request, socket);
    if (this.#destroyed) this.destroy();
  };

  /** Runs what dials, and remembers the connection that it opens or takes. {@link release} has to follow. */
  watch<R>(open: () => R): R {
    if (node === undefined) return open();
    node.diagnostics.subscribe(sent, this.#onSent);
    this.#isWatching = true;
    return this.#during(node, open);
  }

  #during<R>({ diagnostics, dialling }: NodeModules, run: () => R): R {
    const onCreated: Subscriber = ({ request }) => this.#requests.set(request, undefined);
    const restores = dialling.map((module) => {
      const { connect } = module;
      const remember: Connect = (...args) => {
        const socket = connect.apply(module, args);
        this.#opened.add(socket);
        return socket;
      };
      return replaceMembers(module, 'connect()', { connect: { value: remember, writable: true } });
    });
    // A request with a body dials in a microtask of its own.
    const queue = globalThis.queueMicrotask;
    const queueWatched = (task: () => void) =>
      queue(() => (this.#isWatching ? this.#during({ diagnostics, dialling }, task) : task()));
    diagnostics.subscribe(created, onCreated);
    try {
      return withGlobal('queueMicrotask', queueWatched, run);
    } finally {
      diagnostics.unsubscribe(created, onCreated);
      for (const restore of restores) restore();
    }
  }

  /** The request has been sent, or never will be. */
  release(): void {
    this.#isWatching = false;
    node?.diagnostics.unsubscribe(sent, this.#onSent);
  }

  /** Nothing of Node's own has dialled. */
  get isEmpty(): boolean {
    return this.#requests.size === 0;
  }

  /** Destroys its connection, unless that has come to serve others. Never throws. */
  destroy(): void {
    this.#destroyed = true;
    for (const socket of this.#opened) {
      // With an error: undici would wait for this connection otherwise, with all further requests to the same host.
      if (socket.connecting === true || socket.secureConnecting === true) destroy(socket, new Error('disconnected'));
    }
    for (const [request, socket] of this.#requests) {
      if (socket !== undefined && request.completed === false && socket.alpnProtocol !== 'h2') destroy(socket);
    }
  }
}

function destroy(socket: TcpSocket, error?: Error): void {
  socket.on('error', () => {});
  socket.destroy(error);
}
