import { onTestFinished } from 'vitest';
import { connect, type PipecatConnection, type PipecatOptions } from '../../pipecat/index.ts';
import { type Behaviour, startVoiceServer, type VoiceServer } from '../support/voice-server.ts';

export type Framing = NonNullable<PipecatOptions['framing']>;
export const framings: readonly Framing[] = ['twilio', 'protobuf'];

/** Longer than all that happens at once, and shorter than all that waits for a limit. */
export const patience = 5_000;

/** Starts a bot that ends with the test. */
export async function startBot(behaviour: Behaviour = {}): Promise<VoiceServer> {
  const server = await startVoiceServer(behaviour, { tls: false });
  onTestFinished(() => server.close());
  return server;
}

export const addressOf = ({ url }: Pick<VoiceServer, 'url'>, framing: Framing = 'twilio'): string =>
  `${url.replace(/^http/, 'ws')}/pipecat/${framing}`;

/** A bot, and a connection to it that ends with the test. */
export async function talk(
  behaviour: Behaviour = {},
  options: PipecatOptions = {},
): Promise<{ server: VoiceServer; bot: PipecatConnection }> {
  const server = await startBot(behaviour);
  const bot = await connect(addressOf(server, options.framing), options);
  onTestFinished(() => void bot.disconnect(true));
  return { server, bot };
}

/** Audio that nobody takes for silence: so many frames of 20 ms. */
export function speech(frames: number, framing: Framing = 'twilio'): Int16Array {
  return new Int16Array(frames * (framing === 'twilio' ? 160 : 320)).fill(5000);
}

/** Makes the bot speak, without audio. */
export function ask(bot: PipecatConnection, framing: Framing): void {
  if (framing === 'twilio') bot.sendDtmf('1');
  else bot.sendMessage({ label: 'rtvi-ai', type: 'client-message', id: '1', data: {} });
}

/** Waits until something holds. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
