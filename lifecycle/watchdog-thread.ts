import { writeSync } from 'node:fs';
import type { Debugger } from 'node:inspector';
import { Session } from 'node:inspector/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { type BlockedLoop, cells, type WatchdogData } from './watchdog-data.ts';

// The watchdog's thread. It watches the beats of the main thread; while they fail, it acts from inside the function that blocks: a
// debugger can stop a loop, a regular expression and `Atomics.wait()`, and run code there.

const { memory, stall, stallEnding, blockTimeout, hooks } = workerData as WatchdogData;
const shared = new BigInt64Array(memory);

/** ms between two looks, and between two tries to get into the function. */
const slow = 100;
const fast = 50;
const retry = 200;
/** ms from the deadline to SIGKILL, where the function cannot be stopped because it is native. */
const untilKill = 500;

let lastBeat = 0n;
let lastLook = performance.now();
/** ms without a beat, counted in looks: a machine that stands still blocks nothing. */
let silence = 0;
let place: string | undefined;
let isForced = false;
let nextTry = 0;

const now = (): number => Number(process.hrtime.bigint() / 1_000_000n);

function look(): void {
  const at = performance.now();
  const elapsed = Math.min(at - lastLook, 2 * slow);
  lastLook = at;
  const beat = Atomics.load(shared, cells.beat);
  if (beat !== lastBeat) {
    lastBeat = beat;
    if (place !== undefined) tellOver(place);
    silence = 0;
  } else silence += elapsed;
  if (silence > 0 && Atomics.load(shared, cells.debugger) === 0n) void act(at);
  setTimeout(look, silence > 0 || deadline() !== undefined ? fast : slow);
}

/** When the process has to be gone; `undefined` while no shutdown has begun. */
function deadline(): number | undefined {
  const at = Number(Atomics.load(shared, cells.deadline));
  return at === 0 ? undefined : at;
}

function tellOver(at: string): void {
  parentPort?.postMessage({ ms: Math.round(silence), at } satisfies BlockedLoop);
  place = undefined;
  isForced = false;
}

async function act(at: number): Promise<void> {
  const by = deadline();
  const isStalled = silence >= (by === undefined ? stall : stallEnding);
  if (!isStalled) return;
  const mustExit = by === undefined ? silence >= blockTimeout : now() >= by;
  if (mustExit && now() >= (by ?? Number.POSITIVE_INFINITY) + untilKill) kill();
  if (by === undefined && silence >= blockTimeout + untilKill) kill();
  const mustForce = mustExit || (by !== undefined && !isForced);
  if ((place !== undefined && !mustForce) || at < nextTry) return;
  nextTry = at + retry;
  await enter(mustExit ? 'exit' : mustForce ? 'force' : undefined);
}

function kill(): void {
  print('the event loop is blocked by native code: SIGKILL');
  process.kill(process.pid, 'SIGKILL');
}

/** Stops the function that blocks, names it, calls the hook in it, and lets it go on. */
async function enter(hook: 'force' | 'exit' | undefined): Promise<void> {
  const session = new Session();
  session.connectToMainThread();
  const urls = new Map<string, string>();
  session.on('Debugger.scriptParsed', ({ params }) => urls.set(params.scriptId, params.url));
  const paused = new Promise<Debugger.CallFrame[]>((resolve) => {
    session.once('Debugger.paused', ({ params }) => resolve(params.callFrames));
  });
  try {
    await session.post('Debugger.enable');
    await session.post('Debugger.pause');
    const frames = await Promise.race([paused, sleep(retry)]);
    if (frames === undefined) return;
    const isNew = place === undefined;
    place = placeOf(frames, urls);
    if (isNew) print(`the event loop has been blocked for ${Math.round(silence)} ms by ${place}`);
    if (hook === undefined) return;
    const expression = `globalThis[Symbol.for('${hooks}')]?.${hook}()`;
    const { callFrameId } = frames[0]!;
    await session.post('Debugger.evaluateOnCallFrame', { callFrameId, expression, silent: true });
    isForced = true;
  } catch {
    // The main thread was in no state for it: the next try has a session of its own.
  } finally {
    session.disconnect();
  }
}

/** The innermost function of the app: Node's own say little. */
function placeOf(frames: readonly Debugger.CallFrame[], urls: ReadonlyMap<string, string>): string {
  const urlOf = ({ location, url }: Debugger.CallFrame) => urls.get(location.scriptId) ?? url;
  const frame = frames.find((frame) => !urlOf(frame).startsWith('node:')) ?? frames[0]!;
  return `${frame.functionName || '(anonymous)'} (${urlOf(frame)}:${frame.location.lineNumber + 1})`;
}

/** The streams of this thread need the main thread. */
function print(text: string): void {
  try {
    writeSync(2, `hangup: ${text}\n`);
  } catch {
    // The terminal has gone.
  }
}

look();
