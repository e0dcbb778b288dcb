/** A long conversation leaves nothing behind. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test, vi } from 'vitest';
import { ask, framings, speech, talk } from './bot.ts';

vi.setConfig({ testTimeout: 240_000 });
setFlagsFromString('--expose-gc');
const gc: () => void = runInNewContext('gc');

function heapUsed(): number {
  gc();
  return process.memoryUsage().heapUsed;
}

/** An hour of speech has 180,000 frames of 20 ms. */
const frames = process.env.HANGUP_LONG === undefined ? 10_000 : 180_000;

describe.each(framings)('%s', (framing) => {
  test(`${frames} frames both ways`, async () => {
    const { server, bot } = await talk({ chunks: Infinity, interval: 1, ignoreCancel: true }, { framing, pace: false });
    let heard = 0;
    const listen = async () => {
      for await (const _ of bot) heard += 1;
    };
    const listening = listen();
    ask(bot, framing);
    const exchange = async (count: number) => {
      for (let sent = 0; sent < count; sent += 100) {
        await bot.sendAudio(speech(100, framing));
        // The bot keeps all that it hears.
        server.seen.connections[0]!.messages.length = server.seen.connections[0]!.frames.length = 0;
      }
    };
    await exchange(1000);
    const before = heapUsed();
    await exchange(frames);
    await new Promise((resolve) => setTimeout(resolve, 50));
    server.seen.connections[0]!.messages.length = server.seen.connections[0]!.frames.length = 0;
    expect(heapUsed() - before).toBeLessThan(3_000_000);
    expect(heard).toBeGreaterThan(0);
    await bot.disconnect();
    await listening;
  });
});
