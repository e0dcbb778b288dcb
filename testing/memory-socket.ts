import { Duplex } from 'node:stream';
import { setImmediate as later } from 'node:timers';

/** The stream under a WebSocket connection: a TCP socket, or one in memory. */
export interface Stream extends Duplex {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  resetAndDestroy(): unknown;
}

/**
 * One side of a connection in memory. It has the members of a TCP socket that Node's HTTP client, `ws` and undici use. Bytes
 * arrive in a later turn of the event loop, as from a network, and never while the other side is still writing.
 */
export class MemorySocket extends Duplex implements Stream {
  static #count = 0;

  readonly remoteAddress = 'memory';
  readonly remotePort = ++MemorySocket.#count;
  #peer!: MemorySocket;
  /** The other side waits until this one has read. */
  #onRead: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @returns the side of the client, and that of the server, which may go on when the client has ended its half */
  static pair(): [client: MemorySocket, server: MemorySocket] {
    const [client, server] = [new MemorySocket({ allowHalfOpen: false }), new MemorySocket()];
    client.#peer = server;
    server.#peer = client;
    return [client, server];
  }

  override _read(): void {
    const onRead = this.#onRead;
    this.#onRead = undefined;
    onRead?.();
  }

  override _writev(chunks: readonly { chunk: Buffer }[], done: () => void): void {
    const bytes = Buffer.concat(chunks.map(({ chunk }) => chunk));
    later(() => {
      const peer = this.#peer;
      if (peer.destroyed || peer.push(bytes)) done();
      else peer.#onRead = done;
    });
  }

  override _final(done: () => void): void {
    this.#end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer);
    this.#end();
    done(error);
  }

  /** Tells the other side that nothing more comes. */
  #end(): void {
    later(() => {
      if (this.#peer.destroyed) return;
      this.#peer.push(null);
      // As in a socket of Node's: the end is noticed without a reader when nothing is left to read.
      this.#peer.read(0);
    });
  }

  /** Ends both sides, as the reset of a TCP connection does. */
  resetAndDestroy(): void {
    const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', errno: -104, syscall: 'read' });
    later(() => this.#peer.destroy(reset));
    this.destroy();
  }

  /** Emits `timeout` once, whatever is read or written until then. @param ms 0 clears it */
  setTimeout(ms: number): this {
    clearTimeout(this.#timer);
    if (ms > 0) this.#timer = setTimeout(() => this.emit('timeout'), ms);
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
