import { HangupError } from '../core/errors.ts';
import { disconnectTimeout } from '../core/limits.ts';
import { findWs } from '../overlays/sockets/find-ws.ts';
import { BotConnection, type BotSocket } from './bot-connection.ts';
import { type PipecatOptions, readOptions, secretsOf } from './options.ts';
import { type PipecatConnection, PipecatFacade } from './pipecat-connection.ts';
import { protobuf } from './protobuf.ts';
import { twilio } from './twilio.ts';

export type * from '../core/disconnectable.ts';
export type { DrainOptions, ReceiveOptions, Turn } from '../receive/index.ts';
export type { BotEvents } from './bot-events.ts';
export type { Heartbeat, PipecatOptions, WebSocketClass } from './options.ts';
export type { PipecatConnection } from './pipecat-connection.ts';
export { PipecatRecvError } from './recv-error.ts';

/** The longest message that is read, in bytes: a second of audio has some tens of kilobytes. */
const maxPayload = 16 * 1024 * 1024;

/**
 * Connects to a Pipecat bot over its WebSocket transport. There is one attempt, and no second connection ever.
 *
 * @param url that of the bot's WebSocket
 * @throws {ConnectTimeoutError} when the handshake takes too long
 * @throws {Error} the reason why the bot could not be reached; `status` is the HTTP status, if the bot refused the handshake
 * @throws {SyntaxError} when the address is no URL of a WebSocket
 * @throws {TypeError} on an unknown or a bad option. All of these reject the promise, and leave nothing behind
 */
export async function connect(url: string | URL, options: PipecatOptions = {}): Promise<PipecatConnection> {
  const { framing: name, pace, headers, bound, timeout, connectTimeout, heartbeat, ...given } = readOptions(options);
  // The error of a socket class quotes such an address, and its secrets cannot be found in it.
  if (!URL.canParse(String(url))) throw new SyntaxError('connect(): the address of the bot is no URL');
  const WebSocket = given.WebSocket ?? findWs('hangup', import.meta.url);
  if (WebSocket === undefined) {
    throw new HangupError('ERR_CONNECT', 'connect(): ws was not found. Install it: npm install ws');
  }
  const framing = name === 'twilio' ? twilio(given) : protobuf(given);
  const connection = new BotConnection({ framing, isPaced: pace, bound, timeout, secrets: secretsOf(url, options) });
  // Audio does not get smaller by compression.
  const open = () => new WebSocket(url, { headers, perMessageDeflate: false, maxPayload }) as BotSocket;
  await connection.connect(open, { timeout: disconnectTimeout, connectTimeout, ...(heartbeat && { heartbeat }) });
  return new PipecatFacade(connection, framing);
}
