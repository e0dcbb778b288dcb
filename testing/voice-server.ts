import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Certificate, makeCertificate } from './certificate.ts';
import { Provider } from './provider.ts';
import type { VoiceProvider } from './voice-provider.ts';

export interface VoiceServerOptions {
  /** Default: a free one. */
  port?: number;
  /** A key and its certificate, both PEM; or `false` for a server without TLS. Default: a certificate that is made for it. */
  tls?: Certificate | false;
}

/** A provider on 127.0.0.1. */
export interface VoiceServer extends VoiceProvider {
  /** PEM of the certificate: `client.tts.websocket({ ca })`. Empty without TLS. */
  readonly ca: string;
  /** The same in a file: the environment variable `NODE_EXTRA_CA_CERTS` of a child process. Removed by `close()`. */
  readonly caFile: string;
}

class LoopbackServer extends Provider implements VoiceServer {
  readonly ca: string;
  readonly #tcp = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (socket) => this.accept(socket));
  #url = '';
  #folder: string | undefined;

  constructor(behaviour: VoiceProvider['behaviour'], tls: Certificate | undefined) {
    super(behaviour, tls);
    this.ca = tls?.cert ?? '';
  }

  get url(): string {
    return this.#url;
  }

  get caFile(): string {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'hangup-ca-'));
    const file = join(this.#folder, 'ca.pem');
    writeFileSync(file, this.ca);
    return file;
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#tcp.once('error', reject);
      this.#tcp.listen(port, '127.0.0.1', resolve);
    });
    const { port: taken } = this.#tcp.address() as AddressInfo;
    this.#url = `${this.ca === '' ? 'http' : 'https'}://127.0.0.1:${taken}`;
  }

  protected stop(): Promise<void> {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
    return new Promise((resolve) => this.#tcp.close(() => resolve()));
  }
}

/**
 * Starts a provider on 127.0.0.1, for integration tests: sockets, ports and processes are real. It speaks the protocols of
 * Cartesia, OpenAI, AssemblyAI, Google, Deepgram, ElevenLabs, Speechmatics and Pipecat.
 *
 * ```ts
 * const server = await startVoiceServer({ chunks: Infinity, fault: { kind: 'reset' }, faultAfter: 3 });
 * const client = new Cartesia({ baseURL: server.url, apiKey: 'test' });
 * const ws = await client.tts.websocket({ ca: server.ca });
 * server.behaviour = { chunks: 1 };                  // from now on
 * server.inflict({ kind: 'close', code: 1000 });     // now, on every open connection
 * server.seen.connections.length;                    // "no second connection"
 * await server.close();                              // ends everything
 * ```
 *
 * @throws {TypeError} when `tls` is neither a certificate nor `false`
 * @throws {Error} when the port cannot be taken, such as `EADDRINUSE`
 */
export async function startVoiceServer(
  behaviour: VoiceProvider['behaviour'] = {},
  { port = 0, tls = makeCertificate() }: VoiceServerOptions = {},
): Promise<VoiceServer> {
  if (tls !== false && (typeof tls?.key !== 'string' || typeof tls.cert !== 'string'))
    throw new TypeError('startVoiceServer(): tls must be { key, cert }, two PEM texts, or false');
  const server = new LoopbackServer(behaviour, tls || undefined);
  await server.listen(port);
  return server;
}
