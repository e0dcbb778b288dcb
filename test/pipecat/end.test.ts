/** The end of a connection by this side: the same ladder and report as for every other connection. */
import { describe, expect, test } from 'vitest';
import { DisconnectedError } from '../../core/errors.ts';
import { PipecatRecvError } from '../../pipecat/index.ts';
import { errorOf } from '../receive/error-of.ts';
import { ask, framings, speech, talk, until } from './bot.ts';

const stepsOf = ({ steps }: { steps: { name: string; outcome: string }[] }) =>
  steps.map(({ name, outcome }) => `${name} ${outcome}`);

describe.each(framings)('%s', (framing) => {
  test('disconnect() says goodbye, closes with 1000, and reports it', async () => {
    const { server, bot } = await talk({}, { framing });
    const report = await bot.disconnect();
    expect(report).toMatchObject({ name: 'socket pipecat', outcome: 'graceful', abandoned: [] });
    expect(stepsOf(report)).toEqual(['close ok', 'force skipped']);
    expect(server.seen.connections[0]!.close).toEqual({ code: 1000, reason: '' });
    if (framing === 'twilio') expect(server.seen.messages.at(-1)).toMatchObject({ event: 'stop' });
    expect([bot.connected, await bot.disconnect(true)]).toEqual([false, report]);
  });

  test('disconnect(true) destroys the socket', async () => {
    const { server, bot } = await talk({ onClose: 'ignore' }, { framing });
    const report = await bot.disconnect(true);
    expect(report).toMatchObject({ outcome: 'forced', reason: 'force' });
    await until(() => server.seen.connections[0]!.ended);
    expect(server.seen.connections[0]!.close).toBeUndefined();
  });

  test.each(['ignore', 'answer-and-hang'] as const)('a bot that does not close (%s) is destroyed', async (onClose) => {
    const { server, bot } = await talk({ onClose }, { framing });
    const report = await bot.disconnect({ timeout: 200 });
    expect(report).toMatchObject({ outcome: 'forced', reason: 'deadline' });
    expect(stepsOf(report)).toEqual(['close timeout', 'force ok']);
    await until(() => server.seen.connections[0]!.ended);
  });

  test('a black hole: the end is bounded by default', async () => {
    const { server, bot } = await talk({}, { framing });
    server.inflict({ kind: 'black-hole' });
    expect(await bot.disconnect()).toMatchObject({ outcome: 'forced', reason: 'deadline' });
  });

  test('force escalates a graceful end, and so does the signal', async () => {
    const first = await talk({ onClose: 'ignore' }, { framing });
    const ended = first.bot.disconnect();
    void first.bot.disconnect(true);
    expect(await ended).toMatchObject({ outcome: 'forced', reason: 'force' });
    const second = await talk({ onClose: 'ignore' }, { framing });
    const controller = new AbortController();
    const aborted = second.bot.disconnect({ signal: controller.signal });
    controller.abort();
    expect(await aborted).toMatchObject({ outcome: 'forced', reason: 'abort' });
  });

  test('late calls are refused, and dial nothing', async () => {
    const { server, bot } = await talk({}, { framing });
    await bot.disconnect();
    expect(await errorOf(bot.sendAudio(speech(1, framing)))).toBeInstanceOf(DisconnectedError);
    expect(() => ask(bot, framing)).toThrow(DisconnectedError);
    expect(await errorOf(bot.receiveAudio())).toBeInstanceOf(PipecatRecvError);
    expect(await errorOf(bot.drain())).toBeInstanceOf(PipecatRecvError);
    for await (const _ of bot) expect.unreachable('there is nothing to hear');
    expect(server.seen.connections).toHaveLength(1);
  });

  test('calls after the bot has hung up fail with its error', async () => {
    const { server, bot } = await talk({}, { framing });
    const waiting = errorOf(bot.receiveAudio());
    server.inflict({ kind: 'close', code: 1011, reason: 'boom' });
    const error = await waiting;
    expect(await errorOf(bot.sendAudio(speech(1, framing)))).toBe(error);
    expect(() => ask(bot, framing)).toThrow(error);
    expect(await bot.disconnect()).toMatchObject({ outcome: 'graceful' });
    expect(() => ask(bot, framing)).toThrow(DisconnectedError);
  });

  test('audio under way ends with the connection: by this side, and by the bot', async () => {
    const first = await talk({}, { framing });
    const [sending, next] = [first.bot.sendAudio(speech(500, framing)), first.bot.sendAudio(speech(5, framing))];
    await first.bot.disconnect();
    expect(await errorOf(sending)).toMatchObject({ code: 'ERR_DISCONNECTED' });
    expect(await errorOf(next)).toMatchObject({ code: 'ERR_DISCONNECTED' });
    const second = await talk({}, { framing });
    const cut = errorOf(second.bot.sendAudio(speech(500, framing)));
    second.server.inflict({ kind: 'close', code: 1011 });
    expect(await cut).toMatchObject({ name: 'PipecatRecvError', closeCode: 1011 });
  });

  test('audio that had arrived is dropped when this side hangs up', async () => {
    const { server, bot } = await talk({ chunks: 3, interval: 0 }, { framing });
    ask(bot, framing);
    await bot.receiveAudio();
    await until(() => server.seen.connections[0]!.chunks === 3);
    await bot.disconnect();
    expect(await errorOf(bot.receiveAudio())).toBeInstanceOf(PipecatRecvError);
  });

  test('drain: audio under way is sent to its end, and the answer is heard', async () => {
    const { server, bot } = await talk({ chunks: 5, interval: 20 }, { framing });
    const sent = bot.sendAudio(speech(10, framing));
    const turn = bot.drain();
    const ended = bot.disconnect({ drain: 10_000 });
    expect(() => ask(bot, framing)).toThrow(DisconnectedError);
    expect(await errorOf(bot.sendAudio(speech(1, framing)))).toBeInstanceOf(DisconnectedError);
    await sent;
    expect(await turn).toMatchObject({ items: { length: 5 } });
    const report = await ended;
    expect(report.outcome).toBe('graceful');
    expect(stepsOf(report)).toEqual(['drain ok', 'close ok', 'force skipped']);
    expect(server.seen.connections[0]!.chunks).toBe(5);
  });

  test('drain: a bot that never stops speaking is cut when the drain is over', async () => {
    const { bot } = await talk({ chunks: Infinity, interval: 5 }, { framing });
    ask(bot, framing);
    await bot.receiveAudio();
    const report = await bot.disconnect({ drain: 200 });
    expect(stepsOf(report)).toEqual(['drain timeout', 'close ok', 'force skipped']);
  });

  test('drain: the report names a bot that was lost, and its audio that had arrived is heard', async () => {
    const { server, bot } = await talk({ chunks: Infinity, interval: 5 }, { framing });
    ask(bot, framing);
    await bot.receiveAudio();
    const ended = bot.disconnect({ drain: 10_000 });
    await until(() => server.seen.connections[0]!.chunks > 3);
    server.inflict({ kind: 'close', code: 1011 });
    const report = await ended;
    expect(report).toMatchObject({ outcome: 'forced', reason: 'failed' });
    expect(stepsOf(report)[0]).toBe('drain failed');
    await bot.receiveAudio();
    expect((await bot.drain()).endedBy).toBe('stream');
    expect(await errorOf(bot.receiveAudio())).toMatchObject({ name: 'PipecatRecvError', closeCode: 1011 });
  });

  test('drain: the report names a bot that closes while audio of this side is under way', async () => {
    const { server, bot } = await talk({}, { framing });
    const sending = errorOf(bot.sendAudio(speech(500, framing)));
    const ended = bot.disconnect({ drain: 10_000 });
    server.inflict({ kind: 'close', code: 1000 });
    expect(stepsOf(await ended)[0]).toBe('drain failed');
    expect(await sending).toBeInstanceOf(PipecatRecvError);
  });

  test('drain: a bot that has spoken and closes with 1000 is not lost', async () => {
    const { server, bot } = await talk({ chunks: 2 }, { framing });
    ask(bot, framing);
    await bot.receiveAudio();
    const ended = bot.disconnect({ drain: 10_000 });
    server.inflict({ kind: 'close', code: 1000 });
    expect(await ended).toMatchObject({ outcome: 'graceful' });
  });

  test('drain: a consumer that is slower than the bot hears all', async () => {
    const { bot } = await talk({ chunks: 30, chunkBytes: 640, interval: 0 }, { framing, bound: 1 });
    ask(bot, framing);
    await bot.receiveAudio();
    let heard = 1;
    const listening = (async () => {
      for await (const _ of bot) {
        heard += 1;
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
    })();
    expect(stepsOf(await bot.disconnect({ drain: 30_000 }))[0]).toBe('drain ok');
    await listening;
    expect(heard).toBe(30);
  });

  test('drain: audio that has arrived can be taken after the end', async () => {
    const { server, bot } = await talk({ chunks: 3, interval: 0 }, { framing });
    ask(bot, framing);
    await until(() => server.seen.connections[0]!.chunks === 3);
    expect(await bot.disconnect({ drain: 10_000 })).toMatchObject({ outcome: 'graceful' });
    for (let chunk = 0; chunk < 3; chunk++) await bot.receiveAudio();
    expect(await errorOf(bot.receiveAudio())).toBeInstanceOf(PipecatRecvError);
  });

  test('drain: with nothing to finish there is none', async () => {
    const { bot } = await talk({}, { framing });
    expect(stepsOf(await bot.disconnect({ drain: 10_000 }))).toEqual(['drain skipped', 'close ok', 'force skipped']);
  });

  test('await using hangs up', async () => {
    const { server, bot } = await talk({}, { framing });
    {
      await using line = bot;
      expect(line.connected).toBe(true);
    }
    expect(server.seen.connections[0]!.close).toMatchObject({ code: 1000 });
  });

  test('from inside its own listeners', async () => {
    const { bot } = await talk({ chunks: 2 }, { framing });
    const ended = new Promise((resolve) => {
      bot.on(framing === 'twilio' ? 'mark' : 'message', () => resolve(bot.disconnect(true)));
    });
    ask(bot, framing);
    expect(await ended).toMatchObject({ outcome: 'forced' });
  });
});

describe('a heartbeat', () => {
  const heartbeat = { interval: 30, timeout: 100 };

  test('notices a bot that is gone', async () => {
    const { server, bot } = await talk({}, { heartbeat });
    const waiting = errorOf(bot.receiveAudio());
    server.inflict({ kind: 'black-hole' });
    expect(await waiting).toMatchObject({ closeCode: 1006, cause: { code: 'ERR_HEARTBEAT' } });
  });

  test('leaves a bot alone whose consumers are slow', async () => {
    const { server, bot } = await talk({ chunks: 20, interval: 0 }, { heartbeat, bound: 3 });
    bot.sendDtmf('1');
    await until(() => server.seen.connections[0]!.chunks === 20);
    await new Promise((resolve) => setTimeout(resolve, 400));
    for (let chunk = 0; chunk < 20; chunk++) await bot.receiveAudio({ timeout: 5000 });
    expect(bot.connected).toBe(true);
  });
});
