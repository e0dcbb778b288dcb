/**
 * The work of an end grows with the number of contexts, and not with its square. The test counts how often each block of hangup's
 * code runs: a count is the same on every machine.
 */
import { type Profiler, Session } from 'node:inspector';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { overlay } from '../../../../overlays/cartesia/index.ts';
import { loadSdk, type VoiceSocket } from '../../../support/sdk.ts';
import { startVoiceServer, type VoiceServer } from '../../../support/voice-server.ts';
import { apiKey } from '../../stage.ts';
import { speech } from './stage.ts';

const few = 250;
const factor = 4;
/** A block that runs once for each pair of contexts runs 16 times as often. */
const tooOften = 8;

const session = new Session();
const post = <T>(method: string, params?: object): T => {
  let answer: T | undefined;
  // The inspector of the own process answers before the call returns.
  session.post(method, params, (error: Error | null, result?: object) => {
    if (error) throw error;
    answer = result as T;
  });
  return answer!;
};

beforeAll(() => {
  session.connect();
  post('Profiler.enable');
  post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
});
afterAll(() => session.disconnect());

/** How often each block of hangup's code has run since the last call. */
function runs(): Map<string, number> {
  const { result } = post<Profiler.TakePreciseCoverageReturnType>('Profiler.takePreciseCoverage');
  const counts = new Map<string, number>();
  for (const { url, functions } of result) {
    const file = /\/(?:overlays|core)\/.*\.ts$/.exec(url)?.[0];
    if (file === undefined) continue;
    for (const { functionName, ranges } of functions) {
      for (const { startOffset, endOffset, count } of ranges) {
        const block = `${file} ${functionName} ${startOffset}-${endOffset}`;
        counts.set(block, (counts.get(block) ?? 0) + count);
      }
    }
  }
  return counts;
}

type End = (ws: VoiceSocket, server: VoiceServer) => unknown;

/** Reads so many contexts, which the provider does not finish, until all loops have ended. */
async function readUntil(end: End, contexts: number): Promise<Map<string, number>> {
  const server = await startVoiceServer({ chunks: 1, done: false, ignoreCancel: true, onClose: 'ignore' });
  const { Cartesia } = await loadSdk({ version: '4.2.0', delivery: 'bare', format: 'cjs' });
  const client = new Cartesia({ baseURL: server.url, apiKey });
  const { undo } = overlay(client);
  runs();
  const ws = (await client.tts.websocket({ ca: server.ca })) as VoiceSocket;
  let arrived = 0;
  const read = async () => {
    const context = ws.context(speech);
    const events = context.receive();
    await context.push({ transcript: 'hello' });
    for await (const _ of events) arrived++;
  };
  const loops = Array.from({ length: contexts }, read);
  const ended = Promise.allSettled(loops);
  await expect.poll(() => arrived, { timeout: 20_000 }).toBe(contexts);
  const closed = new Promise((resolve) => ws.socket.once('close', resolve));
  await Promise.all([end(ws, server), ended, closed]);
  const counts = runs();
  undo();
  await server.close();
  return counts;
}

test.each<[name: string, end: End]>([
  ['the peer resets the connection', (_ws, server) => server.inflict({ kind: 'reset' })],
  ['disconnect() of a silent peer', (ws) => ws.disconnect()],
  ['disconnect(true)', (ws) => ws.disconnect(true)],
  ['disconnect() with a drain that runs out', (ws) => ws.disconnect({ drain: 100 })],
])(
  '%s: four times the contexts take four times the work',
  async (_name, end) => {
    // The first time, modules initialise what they make once.
    await readUntil(end, 1);
    const small = await readUntil(end, few);
    const large = await readUntil(end, few * factor);
    const quadratic = [...large].filter(([block, count]) => count > tooOften * ((small.get(block) ?? 0) + few));
    expect(quadratic).toEqual([]);
    // The blocks of the loops are among those that were counted.
    expect(Math.max(...large.values())).toBeGreaterThan(few * factor);
  },
  60_000,
);
