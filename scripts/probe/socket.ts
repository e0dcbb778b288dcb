/**
 * A WebSocket without a network. Its peer answers the handshake and nothing else, so no answer to a close frame ever comes.
 * It has the members of the `ws` package and of the global class that SDKs use.
 */
export class SilentSocket extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  // Exports of `ws`.
  static readonly WebSocket = SilentSocket;
  static readonly default = SilentSocket;
  /** Every socket that this process has opened. */
  static readonly all: SilentSocket[] = [];

  readyState: number = SilentSocket.CONNECTING;
  binaryType = 'nodebuffer';
  bufferedAmount = 0;
  readonly opened: Promise<void>;

  constructor() {
    super();
    SilentSocket.all.push(this);
    this.opened = new Promise((resolve) => {
      setImmediate(() => {
        if (this.readyState === SilentSocket.CONNECTING) this.#become(SilentSocket.OPEN, 'open');
        resolve();
      });
    });
  }

  send(): void {}

  close(): void {
    if (this.readyState < SilentSocket.CLOSING) this.readyState = SilentSocket.CLOSING;
  }

  terminate(): void {
    if (this.readyState === SilentSocket.CLOSED) return;
    this.readyState = SilentSocket.CLOSING;
    setImmediate(() => this.#become(SilentSocket.CLOSED, 'close'));
  }

  on(type: string, listener: (...args: unknown[]) => void): this {
    this.addEventListener(type, () => (type === 'close' ? listener(1006, Buffer.alloc(0)) : listener()));
    return this;
  }

  removeListener(): this {
    return this;
  }

  #become(state: number, event: 'open' | 'close'): void {
    if (this.readyState === state) return;
    this.readyState = state;
    // Wrappers take an event with a code for the close event.
    const end = event === 'close' ? { code: 1006, reason: '', wasClean: false } : {};
    this.dispatchEvent(Object.assign(new Event(event), end));
  }
}
