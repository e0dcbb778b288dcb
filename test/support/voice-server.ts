/** The voice server of `hangup/testing`, with what the tests of hangup need besides. */
import { startVoiceServer as startServer, type VoiceServer } from '../../testing/index.ts';
import { certificate } from './certificate.ts';
import { onFreePort } from './ports.ts';

export type { Behaviour, Fault, Greeting, SeenConnection, VoiceServer } from '../../testing/index.ts';

export interface ServerOptions {
  /** `false`: plain TCP, where `tls-stall` reads and never answers. Default `true`. */
  tls?: boolean;
}

/** Starts a server with the certificate that this process and its children trust: some SDK versions take none. */
export async function startVoiceServer(
  behaviour: VoiceServer['behaviour'] = {},
  { tls = true }: ServerOptions = {},
): Promise<VoiceServer> {
  const { key, cert, caFile } = certificate();
  const server = await onFreePort((port) => startServer(behaviour, { port, tls: tls && { key, cert } }));
  return Object.defineProperty(server, 'caFile', { value: caFile });
}

/** A port of 127.0.0.1 on which nothing listens. A free one would not do: another test's server may get it meanwhile. */
export const closedPort = 1;

/** A frame with the reserved opcode 3, which RFC 6455 tells the receiver to fail the connection for. */
export const reservedOpcodeFrame = Uint8Array.of(0x83, 0x01, 0x00);

/** The header of a frame of 120 MB and the first 64 KiB of it: over the limit of `ws`, which is 100 MiB. */
export const hugeFrame = Buffer.concat([Buffer.of(0x81, 0x7f, 0, 0, 0, 0, 7, 39, 14, 0), Buffer.alloc(65_536, 0x61)]);
