/** The ways in which the receive loop of a Pipecat client ends, over a real socket, with both framings. */
import { describe, expect, test } from 'vitest';
import { isStreamEnded } from '../../core/errors.ts';
import { connect, PipecatRecvError } from '../../pipecat/index.ts';
import { errorOf } from '../receive/error-of.ts';
import { reservedOpcodeFrame } from '../support/voice-server.ts';
import { addressOf, ask, framings, patience, startBot, talk } from './bot.ts';

describe.each(framings)('%s', (framing) => {
  const options = { framing, timeout: 60_000 };

  test('the loop crashes: the crash is the cause', async () => {
    const { server, bot } = await talk({}, options);
    const waiting = bot.receiveAudio();
    server.inflict({ kind: 'raw', bytes: reservedOpcodeFrame });
    const error = await errorOf(waiting);
    expect(error).toBeInstanceOf(PipecatRecvError);
    expect(isStreamEnded(error)).toBe(true);
    expect(error).toMatchObject({ name: 'PipecatRecvError', code: 'ERR_STREAM_ENDED', closeCode: 1006 });
    expect(error).toMatchObject({ phase: 'first-chunk', cause: { code: 'WS_ERR_INVALID_OPCODE' } });
  });

  test('the connection is reset: the reset is the cause', async () => {
    const { server, bot } = await talk({}, options);
    const waiting = bot.receiveAudio();
    server.inflict({ kind: 'reset' });
    expect(await errorOf(waiting)).toMatchObject({ closeCode: 1006, cause: { code: 'ECONNRESET' } });
  });

  test('the bot closes before audio', async () => {
    const { server, bot } = await talk({}, options);
    const waiting = bot.receiveAudio();
    server.inflict({ kind: 'close', code: 1000, reason: 'goodbye' });
    const error = await errorOf(waiting);
    expect(error).toMatchObject({ name: 'PipecatRecvError', closeCode: 1000, closeReason: 'goodbye' });
    expect(error.cause).toBeUndefined();
    expect(error.message).toBe(
      'the peer hung up before the first item: the stream was closed with code 1000 ("goodbye")',
    );
  });

  test('audio, then a close: turn 1 returns, turns 2 and 3 fail at once', async () => {
    const fault = { kind: 'close', code: 1011, reason: 'pipeline error' } as const;
    const { bot } = await talk({ chunks: 3, fault, faultAfter: 3 }, options);
    ask(bot, framing);
    expect(await bot.drain()).toMatchObject({ items: { length: 3 }, endedBy: 'stream' });
    const errors = [await errorOf(bot.drain()), await errorOf(bot.receiveAudio()), await errorOf(bot.drain())];
    expect(new Set(errors).size).toBe(1);
    expect(errors[0]).toMatchObject({ closeCode: 1011, closeReason: 'pipeline error', phase: 'between-chunks' });
  });

  test('this side stops: those who wait are told', async () => {
    const { bot } = await talk({ chunks: 5, done: false }, options);
    ask(bot, framing);
    await bot.drain({ silence: 50 });
    const waiting = bot.receiveAudio();
    const report = await bot.disconnect();
    expect(report).toMatchObject({ name: 'socket pipecat', outcome: 'graceful' });
    const error = await errorOf(waiting);
    expect(error).toBeInstanceOf(PipecatRecvError);
    expect(error.message).toBe('this side stopped the stream');
    expect(error.closeCode).toBeUndefined();
    expect(await errorOf(bot.drain())).toBe(error);
  });

  test('a turn whose first chunk never comes fails with the end, and not with a timeout', async () => {
    const { server, bot } = await talk({}, options);
    const turn = bot.drain({ timeout: patience });
    server.inflict({ kind: 'close', code: 1013, reason: 'try again later' });
    expect(await errorOf(turn)).toMatchObject({ code: 'ERR_STREAM_ENDED', closeCode: 1013 });
  });

  test('the end after the first chunk ends the turn', async () => {
    const { server, bot } = await talk(
      { chunks: Infinity, interval: 5, fault: { kind: 'reset' }, faultAfter: 4 },
      options,
    );
    ask(bot, framing);
    const turn = await bot.drain({ silence: patience });
    expect(turn.endedBy).toBe('stream');
    expect(turn.items.length).toBe(server.seen.connections[0]!.chunks);
  });

  test('a bot that is silent and alive is another thing: a timeout', async () => {
    const { bot } = await talk({}, { framing, timeout: 50 });
    expect(await errorOf(bot.receiveAudio())).toMatchObject({ code: 'ERR_RECEIVE_TIMEOUT', phase: 'first-chunk' });
    expect(bot.connected).toBe(true);
    ask(bot, framing);
    await bot.receiveAudio({ timeout: patience });
  });

  test('a loop delivers the audio that had arrived, then throws; after the own end it ends quietly', async () => {
    const { server, bot } = await talk({ chunks: 3, interval: 0 }, options);
    ask(bot, framing);
    const heard: number[] = [];
    const loop = async () => {
      for await (const { length } of bot) {
        heard.push(length);
        if (heard.length === 3) server.inflict({ kind: 'close', code: 1001 });
      }
    };
    expect(await errorOf(loop())).toMatchObject({ closeCode: 1001 });
    expect(heard).toHaveLength(3);

    const other = await connect(addressOf(server, framing), options);
    const quiet = (async () => {
      for await (const _ of other) expect.unreachable('nothing was said');
    })();
    await other.disconnect(true);
    await quiet;
  });

  test('ten receivers are released together', async () => {
    const { server, bot } = await talk({}, options);
    const waiting = Array.from({ length: 10 }, () => errorOf(bot.receiveAudio()));
    server.inflict({ kind: 'fin' });
    const errors = await Promise.all(waiting);
    expect(new Set(errors).size).toBe(1);
    expect(errors[0]).toMatchObject({ closeCode: 1006 });
  });

  test('a close frame whose TCP connection stays open is told at once', async () => {
    const { server, bot } = await talk({}, options);
    const waiting = bot.receiveAudio();
    server.inflict({ kind: 'close-and-hang', code: 1011 });
    expect(await errorOf(waiting)).toMatchObject({ closeCode: 1011 });
    expect(bot.connected).toBe(false);
    expect(await bot.disconnect({ timeout: 100 })).toMatchObject({ outcome: 'forced' });
  });
});

test('each chunk reaches one receiver, in order', async () => {
  const chunks = [1, 2, 3].map((value) => Uint8Array.of(value, 0));
  const server = await startBot({ chunks });
  const bot = await connect(addressOf(server, 'protobuf'), { framing: 'protobuf' });
  const received = Promise.all([bot.receiveAudio(), bot.receiveAudio(), bot.receiveAudio()]);
  bot.sendMessage({});
  expect((await received).map(([sample]) => sample)).toEqual([1, 2, 3]);
  await bot.disconnect();
});
