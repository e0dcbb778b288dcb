import { createHash } from 'node:crypto';
import { Duplex } from 'node:stream';

/** The most bytes that one TLS record holds. */
const recordSize = 16_384;

/**
 * A provider in memory that takes the place of the socket of one connection. It answers the handshake. It answers a request
 * with the bytes that `play` was given last, one TLS record in each turn of the event loop.
 */
export class Feed extends Duplex {
  #head = '';
  #isOpen = false;
  #stream: Buffer = Buffer.alloc(0);
  readonly #greeting: Buffer;

  /** @param greeting the provider sends these frames after the handshake */
  constructor(greeting: Buffer = Buffer.alloc(0)) {
    super();
    this.#greeting = greeting;
  }

  play(stream: Buffer): void {
    this.#stream = stream;
  }

  override _read(): void {}

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    if (this.#isOpen) this.#answer();
    else for (const { chunk } of chunks) this.#shakeHands(chunk);
    done();
  }

  #answer(): void {
    if (this.#stream.length === 0) return;
    // Copies the bytes, because the output of TLS is not shared either.
    this.push(Buffer.from(this.#stream.subarray(0, recordSize)));
    this.#stream = this.#stream.subarray(recordSize);
    setImmediate(() => this.#answer());
  }

  #shakeHands(data: Buffer): void {
    this.#head += data.toString('latin1');
    if (!this.#head.endsWith('\r\n\r\n')) return;
    this.#isOpen = true;
    const key = /^sec-websocket-key: (.*)\r$/im.exec(this.#head)?.[1];
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
    const response = [...lines, `Sec-WebSocket-Accept: ${accept}`, '', ''].join('\r\n');
    setImmediate(() => this.push(Buffer.concat([Buffer.from(response), this.#greeting])));
  }

  // The HTTP client of Node calls these methods on a socket.
  setTimeout(): this {
    return this;
  }
  setNoDelay(): void {}
  setKeepAlive(): void {}
  ref(): void {}
  unref(): void {}
}

/** Makes a text frame of a server: final and not masked (RFC 6455, 5.2). */
export function frame(message: object): Buffer {
  const data = Buffer.from(JSON.stringify(message));
  const { length } = data;
  const size =
    length < 126
      ? [length]
      : length < 65_536
        ? [126, length >> 8, length & 255]
        : [127, 0, 0, 0, 0, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255];
  return Buffer.concat([Buffer.from([0x81, ...size]), data]);
}
