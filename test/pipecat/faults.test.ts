/** Nothing that the bot sends crashes the process, or brings a secret out. */
import { inspect } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { errorOf } from '../receive/error-of.ts';
import { hugeFrame } from '../support/voice-server.ts';
import { ask, framings, talk } from './bot.ts';

/** The warnings of the process until the end of the test. */
function warnings(): string[] {
  const heard: string[] = [];
  const listener = ({ message }: Error) => heard.push(message);
  process.on('warning', listener);
  onTestFinished(() => void process.off('warning', listener));
  return heard;
}

describe.each(framings)('%s', (framing) => {
  test('frames that cannot be read are passed over, with one warning', async () => {
    const heard = warnings();
    const { server, bot } = await talk({ chunks: 3 }, { framing });
    server.inflict({ kind: 'text', data: ['{', '', '[', '{"event":"media"}', '{"event":"media","media":5}'] });
    server.inflict({ kind: 'binary', bytes: 40 });
    server.inflict({ kind: 'binary', bytes: 0 });
    ask(bot, framing);
    expect(await bot.drain({ silence: 100 })).toMatchObject({ items: { length: 3 } });
    expect(bot.connected).toBe(true);
    expect(heard.filter((message) => message.includes('a frame that cannot be read'))).toHaveLength(1);
  });

  test('a frame that is too large ends the connection, with the cause', async () => {
    const { server, bot } = await talk({}, { framing });
    const waiting = errorOf(bot.receiveAudio());
    server.inflict({ kind: 'raw', bytes: hugeFrame });
    expect(await waiting).toMatchObject({ cause: { code: 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' } });
  });

  test('secrets in a close reason, a header, a parameter and an address are not shown', async () => {
    const secrets = { headers: { authorization: 'Bearer hush-hush-header', Cookie: 'a=b; sid=hush-hush-cookie' } };
    const parameters = { ticket: 'hush-hush-parameter' };
    const { server, bot } = await talk({}, { framing, ...secrets, ...(framing === 'twilio' && { parameters }) });
    const waiting = errorOf(bot.receiveAudio());
    const own = framing === 'twilio' ? 'hush-hush-parameter ' : '';
    server.inflict({
      kind: 'close',
      code: 1011,
      reason: `bad ${own}hush-hush-header hush-hush-cookie sk-proj-hush-hush-key`,
    });
    const error = await waiting;
    expect(error.closeReason).toMatch(/^bad (\[redacted\] ?)+$/);
    expect(inspect(error, { depth: 9 })).not.toContain('hush-hush');
    const report = await bot.disconnect();
    expect(inspect(report, { depth: 9 })).not.toContain('hush-hush');
  });

  test('a warning shows no secret', async () => {
    const heard = warnings();
    const { server, bot } = await talk({}, { framing, headers: { 'x-key': 'hush-hush-key' } });
    server.inflict({ kind: 'text', data: '{"a": hush-hush-key' });
    ask(bot, framing);
    await bot.drain({ silence: 50 });
    expect(heard.join()).toContain('cannot be read');
    expect(heard.join()).not.toContain('hush-hush');
  });

  test('an error of the bot’s own is a message', async () => {
    const { server, bot } = await talk({}, { framing });
    const message = new Promise((resolve) => bot.on('message', resolve));
    server.inflict({ kind: 'error-event', withContext: false, message: 'the model is gone' });
    expect(inspect(await message)).toContain('the model is gone');
    expect(bot.connected).toBe(true);
  });
});
