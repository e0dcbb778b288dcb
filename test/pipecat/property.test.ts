/** Random sequences of calls and faults: every promise settles, no process ends, and no connection is left. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect, type PipecatConnection } from '../../pipecat/index.ts';
import { drops, sequencesOf } from '../contract/sequences.ts';
import { type Fault, reservedOpcodeFrame, startVoiceServer, type VoiceServer } from '../support/voice-server.ts';
import { addressOf, ask, type Framing, framings, speech } from './bot.ts';

const sequences = sequencesOf('Pipecat', 100);
/** So many run at a time: they wait most of the time. */
const lanes = 10;
/** ms, in which everything has to settle after the last call. */
const bound = 20_000;

const faults: readonly Fault[] = [
  ...drops,
  { kind: 'silence' },
  { kind: 'text', data: '{"event":"clear"}' },
  { kind: 'text', data: '{"event":"mark","mark":{"name":"m"}}' },
  { kind: 'text', data: '{"event":"media","media":{"payload":"/w=="}}' },
  { kind: 'text', data: '}' },
  { kind: 'binary', bytes: 30 },
  { kind: 'raw', bytes: reservedOpcodeFrame },
  { kind: 'error-event', withContext: false },
];

type Call = (talk: Talk) => unknown;
interface Talk {
  bot: PipecatConnection;
  server: VoiceServer;
  framing: Framing;
}

const calls: Record<string, Call> = {
  speak: ({ bot, framing }) => bot.sendAudio(speech(2, framing)),
  'speak at length': ({ bot, framing }) => bot.sendAudio(speech(100, framing)),
  'be interrupted': ({ bot, framing }) => bot.sendAudio(speech(50, framing), { signal: AbortSignal.timeout(5) }),
  ask: ({ bot, framing }) => ask(bot, framing),
  'receive with a timeout': ({ bot }) => bot.receiveAudio({ timeout: 10 }),
  receive: ({ bot }) => bot.receiveAudio(),
  drain: ({ bot }) => bot.drain({ silence: 10 }),
  'drain whole turns': ({ bot }) => bot.drain({ silence: 20, limit: 50, timeout: 100 }),
  loop: async ({ bot }) => {
    for await (const _ of bot) if (Math.random() < 0.3) return;
  },
  'disconnect late': ({ bot }) => bot.disconnect({ timeout: 100 }),
  'disconnect by force': ({ bot }) => bot.disconnect(true),
  'disconnect with a drain': ({ bot }) => bot.disconnect({ drain: 30, timeout: 100 }),
  wait: () => new Promise((resolve) => setTimeout(resolve, 3)),
};

const names = Object.keys(calls);
const step = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...names).map((name) => ({ name, call: calls[name]! })) },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(...faults)
      .map((fault) => ({ name: JSON.stringify(fault), call: (({ server }) => server.inflict(fault)) as Call })),
  },
  { weight: 6, arbitrary: fc.constant({ name: 'pause', call: (() => 'pause') as Call }) },
);
const steps = fc.array(
  step.map(({ name, call }) => Object.assign(call.bind(null), { toString: () => name })),
  {
    minLength: 1,
    maxLength: 15,
  },
);

const crashes: unknown[] = [];
const onCrash = (error: unknown) => void crashes.push(error);
beforeAll(() => {
  for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, onCrash);
});
afterAll(() => {
  for (const event of ['uncaughtException', 'unhandledRejection']) process.off(event, onCrash);
});

async function play(framing: Framing, steps: readonly Call[], bound: number | undefined): Promise<void> {
  const server = await startVoiceServer({ chunks: 4 }, { tls: false });
  try {
    const options = { framing, ...(bound !== undefined && { bound }) };
    const talk = { server, framing, bot: await connect(addressOf(server, framing), options) };
    const promises: Promise<unknown>[] = [];
    for (const step of steps) {
      try {
        const result = step(talk);
        if (result === 'pause') await new Promise((resolve) => setTimeout(resolve, 2));
        else promises.push(followed(result));
      } catch (error) {
        expect(error).toHaveProperty('code', expect.stringMatching(/^ERR_(DISCONNECTED|STREAM_ENDED)$/));
      }
    }
    const report = await talk.bot.disconnect({ timeout: 50 });
    expect(report.abandoned).toEqual([]);
    for (const { reason } of (await settled(promises)).filter(isRejected)) {
      const isKnown = /^ERR_(DISCONNECTED|STREAM_ENDED|RECEIVE_TIMEOUT)$/.test(reason?.code);
      if (!isKnown && reason?.name !== 'TimeoutError') throw reason;
    }
    expect(server.seen.upgrades).toBe(1);
    expect(crashes).toEqual([]);
  } finally {
    await server.close();
  }
}

/** The promise of a loop is the test's own, and is looked at only at the end. */
function followed(result: unknown): Promise<unknown> {
  const promise = Promise.resolve(result);
  promise.catch(() => {});
  return promise;
}

const isRejected = (result: PromiseSettledResult<unknown>): result is PromiseRejectedResult =>
  result.status === 'rejected';

async function settled(promises: readonly Promise<unknown>[]): Promise<PromiseSettledResult<unknown>[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('something never settled')), bound);
  });
  return Promise.race([Promise.allSettled(promises), late]).finally(() => clearTimeout(timer));
}

it(sequences.title, { timeout: 3_600_000, retry: 0 }, async () => {
  const bounds = fc.constantFrom(undefined, 1, 3);
  await sequences.hold(() => fc.asyncProperty(fc.constantFrom(...framings), steps, bounds, play), lanes);
});
