// A small program for each claim about a process. CASE says which, and BOT_URL has the bot.
import { connect } from '../../../pipecat/index.ts';

const bot = await connect(process.env.BOT_URL!);
const say = (word: string) => console.log(word);
const speech = () => new Int16Array(80_000).fill(5000);

const cases: Record<string, () => unknown> = {
  /** The bot never answers the close frame. */
  async ends() {
    void bot.sendAudio(speech());
    void bot.receiveAudio();
    say((await bot.disconnect()).outcome);
  },
  async forced() {
    void bot.drain();
    void bot.sendAudio(speech());
    say((await bot.disconnect(true)).outcome);
  },
  async drained() {
    bot.sendDtmf('1');
    await bot.receiveAudio();
    say((await bot.disconnect({ drain: 100 })).outcome);
  },
  /** The bot hangs up, and nobody awaits the promises that fail. */
  unawaited() {
    bot.receiveAudio();
    bot.drain();
    bot.sendAudio(speech());
    bot.sendDtmf('1');
    setTimeout(() => {
      say(`connected: ${bot.connected}`);
      bot.receiveAudio();
      bot.sendAudio(speech());
      setImmediate(say, 'alive');
    }, 500);
  },
};
await cases[process.env.CASE!]!();
