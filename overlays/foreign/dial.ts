import { replaceMembers } from './members.ts';
import { nodeModule } from './node.ts';
import { shared } from './shared.ts';

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
  /** Loads them when something dials, so that the import of an SDK does not wait for them. */
  dialling(): readonly { connect: Connect }[];
}

const diagnostics = nodeModule<NodeModules['diagnostics']>('diagnostics_channel');
const node: NodeModules | undefined = diagnostics && {
  diagnostics,
  dialling: () => [nodeModule('tls')!, nodeModule('net')!],
};
const created = 'undici:request:create';
const sent = 'undici:client:sendHeaders';

/**
 * The TCP connection behind one request of Node's own `fetch`, or one of its own WebSockets: neither shows it, and neither
 * lets go of it at once. An aborted `fetch` holds the process for 10 s when its handshake stalls, and dials a second time
 * when it was under way; a closed WebSocket waits for the peer for ever. Elsewhere than on Node it finds nothing.
 *
 * Both dial before they return, or in a microtask that they queue before. A connection that is opened meanwhile is theirs,
 * however many requests there are at a time.
 */
export class Dial {
  #request: UndiciRequest | undefined;
  #socket: TcpSocket | undefined;
  #isSent = false;
  #isReleased = false;
  #isDestroyed = false;
  /** A connection that was kept alive is taken when it is free, which may be later. */
  readonly #onSent: Subscriber = ({ request, socket }) => {
    if (request !== this.#request) return;
    this.#socket = socket;
    this.#isSent = true;
    if (this.#isDestroyed) this.destroy();
  };

  /** Runs code that dials before it returns. {@link release} has to follow. */
  watch<R>(open: () => R): R {
    const close = this.expect();
    try {
      return open();
    } finally {
      close();
    }
  }

  /**
   * Watches for a dial from now on, until the returned function is called. {@link release} has to follow.
   */
  expect(): () => void {
    if (node === undefined) return () => {};
    node.diagnostics.subscribe(sent, this.#onSent);
    return this.#openWindow(node);
  }

  #openWindow(modules: NodeModules): () => void {
    const window: Window = {
      // The second one of two requests in a window is somebody else's.
      onRequest: (request) => {
        this.#request ??= request;
      },
      onConnect: (socket) => {
        if (this.#request !== undefined) this.#socket ??= socket;
      },
      // A request with a body dials in a microtask of its own.
      around: (task) => () => {
        if (this.#isReleased || this.#socket !== undefined) return task();
        const close = this.#openWindow(modules);
        try {
          task();
        } finally {
          close();
        }
      },
    };
    return openWindow(modules, window);
  }

  /** The request has been sent, or never will be. */
  release(): void {
    this.#isReleased = true;
    node?.diagnostics.unsubscribe(sent, this.#onSent);
  }

  /** Nothing of Node's own has dialled. */
  get isEmpty(): boolean {
    return this.#request === undefined;
  }

  /** Destroys its connection, unless that has come to serve others. Never throws. */
  destroy(): void {
    this.#isDestroyed = true;
    if (this.#socket === undefined) return;
    const { connecting, secureConnecting, alpnProtocol } = this.#socket;
    if (connecting === true || secureConnecting === true) {
      // With an error: undici would wait for this connection otherwise, with all further requests to the same host.
      destroy(this.#socket, new Error('disconnected'));
    } else if (this.#isSent && this.#request?.completed === false && alpnProtocol !== 'h2') {
      destroy(this.#socket);
    }
  }
}

function destroy(socket: TcpSocket, error?: Error): void {
  socket.on('error', () => {});
  socket.destroy(error);
}

/** A span of time in which a dial is expected, and the functions that are told of it. */
interface Window {
  onRequest(request: UndiciRequest): void;
  onConnect(socket: TcpSocket): void;
  around(task: () => void): () => void;
}

interface Watch {
  /** The windows that are open: every event belongs to the newest. */
  readonly windows: Window[];
  /** Takes the observers off. */
  unwatch(): void;
}

function openWindow(modules: NodeModules, window: Window): () => void {
  // All copies of hangup share the observers: two sets would leave Node wrapped for good when they end out of order.
  const state = shared('dial@1', (): Watch => ({ windows: [], unwatch() {} }));
  const { windows } = state;
  if (windows.push(window) === 1) state.unwatch = watchNode(modules, windows);
  return () => {
    const index = windows.indexOf(window);
    if (index < 0) return;
    windows.splice(index, 1);
    if (windows.length === 0) state.unwatch();
  };
}

/** Puts one observer, for all windows, where Node's own `fetch` and `WebSocket` pass by. */
function watchNode({ diagnostics, dialling }: NodeModules, windows: readonly Window[]): () => void {
  const onCreated: Subscriber = ({ request }) => windows.at(-1)?.onRequest(request);
  diagnostics.subscribe(created, onCreated);
  const restores = dialling().map((module) => {
    const { connect } = module;
    const observed: Connect = (...args) => {
      const socket = connect.apply(module, args);
      windows.at(-1)?.onConnect(socket);
      return socket;
    };
    return replaceMembers(module, 'connect()', { connect: { value: observed, writable: true } });
  });
  const { queueMicrotask } = globalThis;
  const queue = (task: () => void) => queueMicrotask(windows.at(-1)?.around(task) ?? task);
  restores.push(replaceMembers(globalThis, 'globalThis', { queueMicrotask: { value: queue, writable: true } }));
  return () => {
    diagnostics.unsubscribe(created, onCreated);
    for (const restore of restores) restore();
  };
}
