import { nodeModule } from '../../core/node.ts';
import { shared } from '../../core/shared.ts';
import { Tap } from './tap.ts';

/** A TCP or TLS socket of Node's, as far as it matters here. */
interface TcpSocket {
  readonly alpnProtocol?: string | false | null;
  destroy(error?: Error): void;
  on(event: 'error', listener: () => void): void;
}

/** A request inside undici, which is Node's own `fetch` and `WebSocket`, or a package. */
interface UndiciRequest {
  readonly method?: string;
  /** The whole response has arrived. Some releases set it also when the connection becomes a WebSocket, others never do. */
  readonly completed?: boolean;
}

interface Message {
  readonly request: UndiciRequest;
  readonly socket: TcpSocket;
}

const none: readonly never[] = [];

/** The WebSockets by their TCP connections, from the dials of any copy of hangup. */
const upgraded = () => shared('upgraded@1', () => new WeakMap<object, object>());

export const webSocketOver = (tcp: object): object | undefined => upgraded().get(tcp);

/**
 * The TCP connections that some code opens, wherever they go through: agents, dispatchers, proxies. What opens one shows it
 * late or never, and does not let go of it at once. An aborted `fetch` holds the process for 10 s when its handshake stalls,
 * and dials a second time when it was under way; a closed WebSocket of Node's waits for the peer for ever.
 *
 * A connection is known by the asynchronous context in which it is opened, however late that is and however many there are
 * at a time. A connection that was kept alive is known by the request that is sent on it. Elsewhere than on Node nothing is
 * found.
 */
export class Dial {
  /** The connections that have been opened, for a request that has not been sent yet. */
  #dialled: readonly TcpSocket[] = none;
  /** The request that was sent last, and its connection. */
  #sent: Message | undefined;
  #isTaking = false;
  /** Connections that are opened from now on belong to it. */
  #isUnderWay: boolean;
  #isUpgraded = false;
  #isDestroyed = false;

  /**
   * @param begin since when its context opens connections for it: from the first moment, or from the first request of
   *   undici's on. Code of the user's may run before, in a `fetch` of his own, and open connections of its own.
   */
  constructor(begin: 'at once' | 'with a request') {
    this.#isUnderWay = begin === 'at once';
  }

  /** Runs code that dials, now or later. {@link release} has to follow. */
  watch<R>(open: () => R): R {
    const observer = observe();
    if (observer === undefined) return open();
    if (!this.#isTaking) observer.open();
    this.#isTaking = true;
    return observer.context.run(this, open);
  }

  /** The answer has come, or never will: connections that are opened from now on belong to others. */
  release(): void {
    if (!this.#isTaking) return;
    this.#isTaking = false;
    this.#dialled = none;
    observe()?.close();
  }

  /** The connection has become a WebSocket, which it stays until its end. */
  upgrade(webSocket: object): void {
    this.#isUpgraded = true;
    if (this.#sent !== undefined) upgraded().set(this.#sent.socket, webSocket);
    if (this.#isDestroyed) this.destroy();
    this.release();
  }

  /**
   * Destroys its connections, unless they have come to serve others. Never throws.
   *
   * @returns false when it knows of none: then there may be one that it did not find, or others share it
   */
  destroy(): boolean {
    this.#isDestroyed = true;
    const dialled = this.#dialled.filter(isOwn);
    // With an error: undici would wait for this connection otherwise, with all further requests to the same host.
    for (const socket of dialled) destroy(socket, new Error('disconnected'));
    if (this.#sent === undefined || !isOwn(this.#sent.socket)) return dialled.length > 0;
    const { request, socket } = this.#sent;
    if (this.#isUpgraded || request.completed === false) destroy(socket);
    return true;
  }

  onConnect(socket: TcpSocket): void {
    if (!this.#isTaking || !this.#isUnderWay) return;
    this.#dialled = this.#dialled.concat(socket);
    if (this.#isDestroyed) this.destroy();
  }

  /** @returns whether the request belongs to it */
  onRequest(): boolean {
    if (this.#isTaking) this.#isUnderWay = true;
    return this.#isTaking;
  }

  onSent(message: Message): void {
    if (!this.#isTaking) return;
    this.#sent = message;
    // A request to a proxy goes before.
    if (message.request.method !== 'CONNECT') this.#dialled = none;
    if (this.#isDestroyed) this.destroy();
  }
}

/** Others may have joined a connection of HTTP/2, which is known when its handshake is done. */
const isOwn = ({ alpnProtocol }: TcpSocket): boolean => alpnProtocol !== 'h2';

function destroy(socket: TcpSocket, error?: Error): void {
  socket.on('error', () => {});
  socket.destroy(error);
}

type Subscriber = (message: Message) => void;

interface Diagnostics {
  subscribe(channel: string, subscriber: Subscriber): void;
  unsubscribe(channel: string, subscriber: Subscriber): void;
}

interface Context {
  run<R>(dial: Dial, code: () => R): R;
  getStore(): Dial | undefined;
  disable(): void;
}

/** Sees what passes by while any dial is under way. */
class Observer {
  readonly context: Context;
  readonly #diagnostics: Diagnostics;
  readonly #connects: Tap;
  readonly #owners = new WeakMap<UndiciRequest, Dial>();
  #dials = 0;

  constructor(diagnostics: Diagnostics) {
    const { AsyncLocalStorage } = nodeModule<{ AsyncLocalStorage: new () => Context }>('async_hooks')!;
    const { Socket } = nodeModule<{ Socket: { prototype: object } }>('net')!;
    this.context = new AsyncLocalStorage();
    this.#diagnostics = diagnostics;
    // Every connection goes through it, that of TLS too.
    this.#connects = new Tap(Socket.prototype, 'connect', (socket: TcpSocket) => {
      this.context.getStore()?.onConnect(socket);
    });
  }

  readonly #onRequest: Subscriber = ({ request }) => {
    const dial = this.context.getStore();
    if (dial?.onRequest()) this.#owners.set(request, dial);
  };

  readonly #onSent: Subscriber = (message) => {
    this.#owners.get(message.request)?.onSent(message);
  };

  open(): void {
    if (++this.#dials > 1) return;
    this.#connects.open();
    this.#diagnostics.subscribe('undici:request:create', this.#onRequest);
    this.#diagnostics.subscribe('undici:client:sendHeaders', this.#onSent);
  }

  close(): void {
    if (--this.#dials > 0) return;
    this.#connects.close();
    this.#diagnostics.unsubscribe('undici:request:create', this.#onRequest);
    this.#diagnostics.unsubscribe('undici:client:sendHeaders', this.#onSent);
    // Before Node 24, a context that is enabled costs every promise of the process.
    this.context.disable();
  }
}

let observer: Observer | undefined;

/** Made when something dials, so that the import of an SDK waits for nothing. */
function observe(): Observer | undefined {
  if (observer !== undefined) return observer;
  const diagnostics = nodeModule<Diagnostics>('diagnostics_channel');
  if (diagnostics !== undefined) observer = new Observer(diagnostics);
  return observer;
}
