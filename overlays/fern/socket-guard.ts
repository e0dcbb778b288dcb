import { setMember } from '../foreign/members.ts';
import { forceClose } from '../sockets/destroy.ts';
import { CLOSED, OPEN, type SocketEnd, type SocketLike } from '../sockets/socket.ts';
import type { Listener, ReconnectingSocket, SocketEvent } from './shapes.ts';

/** The owner of a guarded socket. It is told of events before the SDK's own listeners are. */
export interface Guarded {
  /** It has opened a socket, and nothing listens to that yet. */
  onSocket(socket: SocketLike): void;
  /** @param socket `undefined` when none could be made */
  onError(error: unknown, socket: SocketLike | undefined): void;
  onClose(end: SocketEnd): void;
  /** Its limit for a handshake has passed. @param limit in ms */
  onTimeout(limit: number): void;
  /** @param pass hands the frame on to the SDK's listeners */
  onFrame(event: SocketEvent, pass: Listener): void;
}

/** The start of a stream: the SDK sends a request, and registers listeners. */
export interface Start {
  /** The data that it has sent. */
  request: unknown;
  /** The listeners that it has registered for this stream alone. */
  readonly registrations: [type: string, listener: Listener][];
  settled(): void;
}

interface Expected extends Start {
  guard(listener: Listener): Listener;
}

/**
 * Guards one reconnecting socket of the SDK's, which by itself cannot be stopped for good: it dials again after a failure,
 * waits for that with a timer that nobody can clear, and lets go of a socket that it has not closed yet. The guard replaces
 * members of that one object, and only those that the SDK itself calls.
 */
export class ReconnectingSocketGuard {
  readonly #rws: ReconnectingSocket;
  readonly #owner: Guarded;
  #isStopped = false;
  /** Another socket has taken its place: its events concern nobody any more. */
  #isRetired = false;
  #backOff: ReturnType<typeof setTimeout> | undefined;
  /** The SDK believes it to be open. */
  #isOpen: boolean;
  #isFailing = false;
  /** The data of the last `send()`. */
  lastSent: unknown;
  /** The start of the stream that the SDK is about to start. */
  #expected: Expected | undefined;
  /** The same, from the request until the end of that tick: in it the SDK registers the stream's listeners. */
  #starting: Expected | undefined;

  constructor(rws: ReconnectingSocket, owner: Guarded) {
    this.#rws = rws;
    this.#owner = owner;
    this.#isOpen = rws._ws?.readyState === OPEN;
    const isLive = rws._ws !== undefined;
    if (isLive) rws._removeListeners();
    this.#overrideDialling();
    this.#overrideEvents();
    this.#overrideSending();
    if (isLive) rws._addListeners();
  }

  #set(key: keyof ReconnectingSocket | '_wait', value: unknown): void {
    setMember(this.#rws, key, { value, writable: true });
  }

  #overrideDialling(): void {
    const rws = this.#rws;
    const { _addListeners, _getNextUrl } = rws;
    this.#set('_wait', () => this.#wait());
    this.#set('_getNextUrl', async (provider: unknown) => {
      try {
        const url = this.#isStopped ? '' : await _getNextUrl.call(rws, provider);
        // In Fern's copy nobody catches the error that the socket's constructor throws on a bad address.
        if (!this.#isStopped) return String(new URL(url) && url);
      } catch (error) {
        // partysocket has a catch, and dials again; in Fern's copy the process would end.
        if (!('_listeners' in rws)) throw error;
        rws._handleError({ error, message: String(error) } as SocketEvent);
      }
      return new Promise(() => {});
    });
    this.#set('_addListeners', () => {
      const socket = rws._ws!;
      socket.addEventListener('open', () => {
        this.#isOpen = true;
      });
      // The SDK takes its own listeners off before it closes a socket that is still connecting.
      socket.addEventListener('error', (event: SocketEvent) => this.#onError(event, socket));
      if (socket.readyState !== CLOSED) this.#owner.onSocket(socket);
      _addListeners.call(rws);
    });
  }

  /** Follows the SDK's `_wait`, with a timer that can be cleared. */
  #wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#backOff = setTimeout(() => {
        this.#backOff = undefined;
        resolve();
      }, this.#rws._getNextDelay());
    });
  }

  #overrideEvents(): void {
    const rws = this.#rws;
    const { _handleMessage, _handleError, _handleClose, _handleTimeout } = rws;
    this.#set('_handleMessage', (event: SocketEvent) => this.#owner.onFrame(event, _handleMessage));
    this.#set('_handleError', (event: SocketEvent) => {
      this.#onError(event, rws._ws);
      this.#isFailing = true;
      try {
        _handleError(event);
      } finally {
        this.#isFailing = false;
      }
    });
    this.#set('_handleClose', (event: SocketEvent) => {
      this.#isOpen = false;
      if (!this.#isRetired) this.#owner.onClose({ code: event.code, reason: event.reason });
      _handleClose(event);
    });
    this.#set('_handleTimeout', () => {
      this.#owner.onTimeout(rws._options.connectionTimeout ?? 4000);
      _handleTimeout.call(rws);
    });
  }

  #onError(event: SocketEvent, socket: SocketLike | undefined): void {
    if (!this.#isRetired) this.#owner.onError(event.error ?? event, socket);
  }

  #overrideSending(): void {
    const rws = this.#rws;
    const { send, addEventListener } = rws;
    this.#set('send', (data: unknown) => {
      this.lastSent = data;
      if (this.#expected !== undefined) {
        this.#starting = this.#expected;
        this.#starting.request = data;
        queueMicrotask(() => {
          this.#starting = undefined;
        });
      }
      return send.call(rws, data);
    });
    this.#set('addEventListener', (type: string, listener: Listener, options?: unknown) => {
      const starting = this.#starting;
      if (starting === undefined) return addEventListener.call(rws, type, listener, options);
      const registered = type === 'message' ? starting.guard(listener) : listener;
      starting.registrations.push([type, registered]);
      addEventListener.call(rws, type, registered, options);
    });
  }

  /**
   * The SDK is about to start a stream, one at a time and until `settled()`.
   *
   * @param guard wraps its message listener
   */
  expect(guard: (listener: Listener) => Listener): Start {
    const settled = () => {
      if (this.#expected === expected) this.#expected = undefined;
    };
    const expected = { request: undefined, registrations: [], guard, settled };
    this.#expected = expected;
    return expected;
  }

  unregister(registrations: Start['registrations']): void {
    for (const [type, listener] of registrations.splice(0)) this.#rws.removeEventListener(type, listener);
  }

  /** An error has come: the SDK makes up a close event with the code 1000 for it, and tells its listeners of that. */
  get isFailing(): boolean {
    return this.#isFailing;
  }

  /** May dial again, where the SDK has one socket for all its connections. */
  start(): void {
    this.#isStopped = false;
  }

  /** Dials no more, and waits for nothing. */
  stop(): void {
    this.#isStopped = true;
    this.#rws._shouldReconnect = false;
    this.#rws._closeCalled = true;
    this.#rws._clearTimeouts();
    clearTimeout(this.#backOff);
  }

  /** Stops and destroys it; the SDK learns that it has closed, once. */
  retire(): void {
    this.stop();
    this.#isRetired = true;
    const rws = this.#rws;
    if (this.#isOpen) rws.onclose?.({ code: 1006, reason: '' });
    this.#isOpen = false;
    rws.onopen = null;
    rws.onclose = null;
    forceClose(rws);
  }
}
