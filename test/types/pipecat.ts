// Compiled, never run: the types of hangup/pipecat.

import { WebSocket } from 'ws';
import type { DisconnectReport, StreamEndedError } from '../../core/index.ts';
import type { Disconnectable } from '../../pipecat/index.ts';
import {
  connect,
  type PipecatConnection,
  type PipecatOptions,
  PipecatRecvError,
  type Turn,
} from '../../pipecat/index.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_equal: Equal<A, B>): void => {};

class Trusting extends WebSocket {
  constructor(url: string | URL, options?: object) {
    super(url, { ...options, ca: 'pem' });
  }
}

export async function call(url: URL): Promise<void> {
  const options: PipecatOptions = { framing: 'protobuf', sampleRate: 24_000, heartbeat: { interval: 5, timeout: 5 } };
  await using bot: PipecatConnection = await connect(url, { ...options, WebSocket });
  void connect('ws://bot', { WebSocket: Trusting });
  await bot.sendAudio(new Int16Array(5), { signal: AbortSignal.timeout(5) });
  const turn = await bot.drain({ silence: 300, isSilence: (pcm) => pcm.every((sample) => sample === 0) });
  same<typeof turn, Turn<Int16Array>>(true);
  same<Turn<Int16Array>['items'], Int16Array[]>(true);
  const chunk = await bot.receiveAudio({ timeout: 5 });
  same<typeof chunk, Int16Array>(true);
  for await (const pcm of bot) same<typeof pcm, Int16Array>(true);
  // As it was proposed, and with the type of each value.
  bot.on('message', (value: unknown) => void value).on('mark', (name) => void name.length);
  const listener = (_value: unknown) => {};
  for (const event of ['clear', 'mark', 'message'] as const) bot.on(event, listener);
  const report = await bot.disconnect({ drain: 500 });
  same<typeof report, DisconnectReport>(true);
  const disconnectable: Disconnectable = bot;
  void disconnectable;
  // @ts-expect-error an option that does not exist
  void connect(url, { framng: 'twilio' });
  // @ts-expect-error audio is samples
  void bot.sendAudio(new Uint8Array(5));
  // @ts-expect-error an event that does not exist
  bot.on('close', listener);
}

export const codeOf = (error: PipecatRecvError): number | undefined => error.closeCode;
export const ended: StreamEndedError = new PipecatRecvError('message', { closeCode: 1000 });
