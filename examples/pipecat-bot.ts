// Calls a Pipecat bot, listens, interrupts it, and learns why it has hung up.
//
//   npx tsx examples/pipecat-bot.ts
//
// Without PIPECAT_URL in the environment, the bot is a server in this process. It needs no key. With PIPECAT_URL, it is a bot
// with a TwilioFrameSerializer, such as wss://bot.example.com/ws. In an app, import from 'hangup/pipecat' and 'hangup/testing'.
import { connect, PipecatRecvError } from '../pipecat/index.ts';
import { startVoiceServer } from '../testing/index.ts';

const server = process.env.PIPECAT_URL
  ? undefined
  : await startVoiceServer({ chunks: 50, interval: 20 }, { tls: false });
const bot = await connect(process.env.PIPECAT_URL ?? `${server!.url}/pipecat/twilio`, { timeout: 10_000 });

/** A tone of 440 Hz: so many ms. A real bot wants words. */
const tone = (ms: number) =>
  Int16Array.from({ length: ms * 8 }, (_, n) => 8000 * Math.sin((n * 2 * Math.PI * 440) / 8000));

bot.on('clear', () => console.log('the bot was interrupted'));

await bot.sendAudio(tone(300)); // takes 300 ms, as speech does
const turn = await bot.drain({ silence: 400 });
console.log(`turn 1: ${turn.items.length > 0 ? 'audio' : 'nothing'}, ended by ${turn.endedBy}`);

await bot.sendAudio(tone(300));
await bot.receiveAudio();
await bot.sendAudio(tone(100)); // the user speaks while the bot does

try {
  server?.inflict({ kind: 'close', code: 1011, reason: 'pipeline error' });
  for await (const chunk of bot) if (chunk.length === 0) break;
} catch (error) {
  if (!(error instanceof PipecatRecvError)) throw error;
  console.log(`${error.message}; code ${error.closeCode}`);
}
const report = await bot.disconnect();
console.log(report.outcome);
await server?.close();
