/** A conversation: audio both ways, interruptions, marks, keys and messages. */
import { describe, expect, test } from 'vitest';
import { connect } from '../../pipecat/index.ts';
import { errorOf } from '../receive/error-of.ts';
import { addressOf, ask, framings, speech, startBot, talk, until } from './bot.ts';

describe.each(framings)('%s', (framing) => {
  test('a turn of the user is answered by a turn of the bot', async () => {
    const { server, bot } = await talk({ chunks: 4 }, { framing });
    const start = performance.now();
    await bot.sendAudio(speech(10, framing));
    // Ten frames, the first of which leaves at once.
    expect(performance.now() - start).toBeGreaterThan(170);
    const turn = await bot.drain();
    expect(turn).toMatchObject({ items: { length: 4 }, endedBy: 'silence' });
    const sent = server.seen.messages.filter(({ event, type }) => event === 'media' || type === 'audio');
    expect(sent).toHaveLength(10);
    expect(bot.botSampleRate).toBe(framing === 'twilio' ? 8000 : 16_000);
  });

  test('the bot is interrupted: its audio in line is dropped, and listeners are told', async () => {
    const { bot } = await talk({ chunks: Infinity }, { framing });
    ask(bot, framing);
    await bot.receiveAudio();
    const cleared = new Promise((resolve) => bot.on('clear', resolve));
    // Nobody takes the audio meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 50));
    void bot.sendAudio(speech(2, framing));
    await cleared;
    expect(await errorOf(bot.receiveAudio({ timeout: 0 }))).toMatchObject({ code: 'ERR_RECEIVE_TIMEOUT' });
    await bot.disconnect();
  });

  test('audio that is sent without a pace is not held back', async () => {
    const { bot } = await talk({ chunks: 1 }, { framing, pace: false });
    const start = performance.now();
    await bot.sendAudio(speech(500, framing));
    expect(performance.now() - start).toBeLessThan(5000);
    await bot.receiveAudio();
  });

  test('a listener that throws is the app’s own fault, and the bot is heard on', async () => {
    const { bot } = await talk({ chunks: 2, begins: false }, { framing });
    const thrown = new Promise<Error>((resolve) => {
      const listeners = process.listeners('uncaughtException');
      process.removeAllListeners('uncaughtException');
      process.once('uncaughtException', (error) => {
        for (const listener of listeners) process.on('uncaughtException', listener);
        resolve(error);
      });
    });
    let isFirst = true;
    bot.on(framing === 'twilio' ? 'mark' : 'message', () => {
      if (!isFirst) return;
      isFirst = false;
      throw new Error('mine');
    });
    ask(bot, framing);
    expect(await thrown).toMatchObject({ message: 'mine' });
    ask(bot, framing);
    expect((await bot.drain({ silence: 100 })).items.length).toBeGreaterThan(0);
  });

  test('calls that this framing does not have are refused', async () => {
    const { bot } = await talk({}, { framing });
    const call = framing === 'twilio' ? () => bot.sendMessage({}) : () => bot.sendDtmf('1');
    expect(call).toThrow(/^send\w+\(\): the framing of this connection has no such message$/);
  });

  test('values that are none are refused', async () => {
    const { bot } = await talk({}, { framing });
    expect(await errorOf(bot.sendAudio(new Uint8Array(4) as never))).toBeInstanceOf(TypeError);
    for (const digit of ['', 'A', '12', 5]) expect(() => bot.sendDtmf(digit as never)).toThrow(TypeError);
    for (const message of [null, 'text', undefined]) expect(() => bot.sendMessage(message as never)).toThrow(TypeError);
    expect(await errorOf(bot.receiveAudio({ timeout: -1 }))).toBeInstanceOf(TypeError);
    expect(await errorOf(bot.drain({ silent: 5 } as never))).toBeInstanceOf(TypeError);
    expect(() => bot.disconnect({ timeout: -1 })).toThrow(TypeError);
  });

  test('several drains take turn after turn', async () => {
    const { bot } = await talk({ chunks: 2, interval: 0 }, { framing });
    const isLast = (() => {
      let count = 0;
      return () => ++count % 2 === 0;
    })();
    const turns = Promise.all([bot.drain({ isLast }), bot.drain({ isLast })]);
    ask(bot, framing);
    ask(bot, framing);
    expect((await turns).map(({ endedBy, items }) => [endedBy, items.length])).toEqual([
      ['last', 2],
      ['last', 2],
    ]);
  });

  test('a bound: the socket waits for slow consumers, and nothing is lost', async () => {
    const count = 400;
    const chunks = Array.from({ length: count }, (_, index) => new Uint8Array(16_000).fill((index % 100) | 128));
    const { server, bot } = await talk({ chunks, interval: 0, done: false }, { framing, bound: 5 });
    ask(bot, framing);
    const first = [await bot.receiveAudio()];
    await until(() => server.seen.connections[0]!.chunks === count);
    await new Promise((resolve) => setTimeout(resolve, 100));
    while (first.length < count) first.push(await bot.receiveAudio({ timeout: 5000 }));
    expect(first).toHaveLength(count);
    expect(await bot.disconnect()).toMatchObject({ outcome: 'graceful' });
  });
});

describe('marks', () => {
  test('are not sent back for audio that was not heard when this side hung up', async () => {
    const { server, bot } = await talk({ chunks: 3, interval: 0 });
    const marked = new Promise((resolve) => bot.on('mark', resolve));
    ask(bot, 'twilio');
    await marked;
    await bot.disconnect();
    expect(server.seen.messages.at(-1)).toMatchObject({ event: 'stop' });
    expect(server.seen.messages.filter(({ event }) => event === 'mark')).toEqual([]);
  });

  test('are echoed when the audio before them was taken', async () => {
    const { server, bot } = await talk({ chunks: 2, interval: 0 });
    const marks: string[] = [];
    bot.on('mark', (name) => marks.push(name));
    const echoes = () => server.seen.messages.filter(({ event }) => event === 'mark');
    bot.sendDtmf('1');
    await until(() => marks.length === 1);
    await bot.receiveAudio();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(echoes()).toEqual([]);
    await bot.receiveAudio();
    await until(() => echoes().length === 1);
    expect(echoes()).toMatchObject([{ mark: { name: 'turn 1' } }]);
  });

  test('are echoed at once where somebody waits, in a loop too', async () => {
    const { server, bot } = await talk({ chunks: 1 });
    bot.sendDtmf('1');
    await bot.drain({ silence: 30 });
    await until(() => server.seen.messages.some(({ event }) => event === 'mark'));
    bot.sendDtmf('2');
    for await (const _ of bot) break;
    await until(() => server.seen.messages.filter(({ event }) => event === 'mark').length === 2);
  });

  test('that are open are echoed when the bot is interrupted', async () => {
    const { server, bot } = await talk({ chunks: 3, interval: 0 });
    const marked = new Promise((resolve) => bot.on('mark', resolve));
    bot.sendDtmf('1');
    await marked;
    server.inflict({ kind: 'text', data: '{"event":"clear","streamSid":"$CTX"}' });
    await until(() => server.seen.messages.some(({ event }) => event === 'mark'));
    expect(await errorOf(bot.receiveAudio({ timeout: 0 }))).toMatchObject({ code: 'ERR_RECEIVE_TIMEOUT' });
  });
});

test('messages of RTVI reach the listeners, parsed', async () => {
  const { bot } = await talk({ chunks: 1 }, { framing: 'protobuf' });
  const messages: unknown[] = [];
  bot.on('message', (message) => messages.push(message)).on('message', () => {});
  bot.sendMessage({ label: 'rtvi-ai', type: 'client-ready', id: '1' });
  await until(() => messages.length === 1);
  expect(messages).toEqual([{ label: 'rtvi-ai', type: 'bot-ready', data: { version: '1.0.0' } }]);
  bot.sendMessage({ label: 'rtvi-ai', type: 'client-message', id: '2' });
  await until(() => messages.length === 2);
  expect(messages[1]).toMatchObject({ type: 'bot-stopped-speaking' });
});

test('each message of the bot puts off the timeouts of those who wait', async () => {
  const { server, bot } = await talk({}, { framing: 'protobuf' });
  const waiting = errorOf(bot.receiveAudio({ timeout: 300 }));
  const start = performance.now();
  const ready = setInterval(() => bot.sendMessage({ type: 'client-ready' }), 50);
  setTimeout(() => clearInterval(ready), 700);
  expect(await waiting).toMatchObject({ code: 'ERR_RECEIVE_TIMEOUT' });
  expect(performance.now() - start).toBeGreaterThan(700);
  expect(server.seen.messages.length).toBeGreaterThan(5);
});

test('two connections to one bot have nothing in common', async () => {
  const server = await startBot({ chunks: 2 });
  await using one = await connect(addressOf(server));
  await using other = await connect(addressOf(server, 'protobuf'), { framing: 'protobuf' });
  one.sendDtmf('1');
  await one.receiveAudio();
  expect(await errorOf(other.receiveAudio({ timeout: 30 }))).toMatchObject({ code: 'ERR_RECEIVE_TIMEOUT' });
  await one.disconnect(true);
  expect(other.connected).toBe(true);
});

test('a bad option of sendAudio() rejects, and an unknown event or a bad listener is refused', async () => {
  const { bot } = await talk();
  const audio = speech(1);
  expect(await errorOf(bot.sendAudio(audio, null as never))).toBeInstanceOf(TypeError);
  expect(await errorOf(bot.sendAudio(audio, { sginal: undefined } as never))).toBeInstanceOf(TypeError);
  const refused = await errorOf(bot.sendAudio(audio, { signal: 'none' } as never));
  expect(refused).toMatchObject({ name: 'TypeError', message: 'sendAudio(): signal must be an AbortSignal' });
  expect(() => bot.on('audio' as never, () => {})).toThrow(TypeError);
  expect(() => bot.on('mark', undefined as never)).toThrow(TypeError);
});
