// @ts-check
import { readFileSync, writeSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { SourceMap } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

// The watchdog's thread. It watches the beats of the main thread. While they fail, it acts from inside the function that blocks: a
// debugger can stop a loop, a regular expression and `Atomics.wait()`, and run code there.
//
// It is JavaScript, because a thread starts from a file of its own, and the loaders of TypeScript do not reach threads.

/** @type {import('./watchdog-data.ts').WatchdogData} */
const { memory, stall, stallEnding, blockTimeout, hooks, cells } = workerData;
const shared = new BigInt64Array(memory);

/** ms between two looks. */
const slow = 100;
const fast = 50;
/** ms that the first try to get into the function may take. Some tries get stuck, and on a busy machine each needs longer: so the next takes more. */
const patience = 250;
let failures = 0;
/** ms from the deadline to SIGKILL, where the function cannot be stopped because it is native. With two looks, it is less than 500. */
const untilKill = 400;

/** The app is loaded, and the loop has turned, when the main thread has beaten so often. */
const loaded = 2n;

let lastBeat = 0n;
let lastLook = performance.now();
let lastWait = 0;
/** ms without a beat, counted in looks: a machine that stands still blocks nothing. */
let silence = 0;
/** @type {string | undefined} */
let place;
let isForced = false;
let isEntering = false;
/** ms since the process had to be gone or has last answered the debugger, counted like the silence. Native code answers nothing. */
let late = 0;

const now = () => Number(process.hrtime.bigint() / 1_000_000n);

function look() {
  const at = performance.now();
  const waited = waitsForCpu();
  const elapsed = Math.max(0, Math.min(at - lastLook, 2 * slow) - (waited - lastWait));
  lastLook = at;
  lastWait = waited;
  const beat = Atomics.load(shared, cells.beat);
  if (beat !== lastBeat) {
    lastBeat = beat;
    if (place !== undefined) tellOver(place);
    silence = 0;
  } else if (beat >= loaded) silence += elapsed;
  if (silence > 0 && Atomics.load(shared, cells.debugger) === 0n) act(elapsed);
  setTimeout(look, silence > 0 || deadline() !== undefined ? fast : slow);
}

/** ms that the main thread and this one have waited for a CPU; on Linux only. Where the machine is too slow, nothing is blocked. */
function waitsForCpu() {
  try {
    return waitOf(`self/task/${process.pid}`) + waitOf('thread-self');
  } catch {
    return 0;
  }
}

/** @param {string} thread */
function waitOf(thread) {
  const [, waited] = readFileSync(`/proc/${thread}/schedstat`, 'utf8').split(' ');
  return Number(waited) / 1e6;
}

/** When the process has to be gone; `undefined` while no shutdown has begun. */
function deadline() {
  const at = Number(Atomics.load(shared, cells.deadline));
  return at === 0 ? undefined : at;
}

/** @param {string} at */
function tellOver(at) {
  parentPort?.postMessage({ ms: Math.round(silence), at });
  place = undefined;
  isForced = false;
}

/** @param {number} elapsed ms since the last look */
function act(elapsed) {
  const by = deadline();
  if (silence < (by === undefined ? stall : stallEnding)) return;
  const mustExit = by === undefined ? silence >= blockTimeout : now() >= by;
  late = mustExit ? late + elapsed : 0;
  // An answer that has come, and was not read yet, is read before this.
  if (late >= untilKill) setImmediate(() => late >= untilKill && kill());
  const mustForce = by !== undefined && !isForced;
  if (!isEntering && (mustExit || mustForce || place === undefined)) {
    void enter(mustExit ? 'exit' : mustForce ? 'force' : undefined);
  }
}

function kill() {
  print('the event loop is blocked by native code: SIGKILL');
  process.kill(process.pid, 'SIGKILL');
}

/**
 * Stops the function that blocks, names it, calls the hook in it, and lets it go on.
 *
 * @param {'force' | 'exit' | undefined} hook
 */
async function enter(hook) {
  isEntering = true;
  const session = new Session();
  session.connectToMainThread();
  /** @type {Map<string, Script>} */
  const scripts = new Map();
  session.on('Debugger.scriptParsed', ({ params }) => scripts.set(params.scriptId, params));
  /** @type {Promise<CallFrame[]>} */
  const paused = new Promise((resolve) => {
    session.once('Debugger.paused', ({ params }) => resolve(params.callFrames));
  });
  // Native code cannot be stopped: then what waits below is rejected.
  const timer = setTimeout(() => session.disconnect(), patience * (1 + failures));
  try {
    await session.post('Debugger.enable');
    late = 0;
    if (Atomics.load(shared, cells.beat) !== lastBeat) return;
    await session.post('Debugger.pause');
    const [frame, ...callers] = await paused;
    clearTimeout(timer);
    failures = late = 0;
    if (frame === undefined) return;
    const isNew = place === undefined;
    place = placeOf(frame, callers, scripts);
    if (isNew) print(`the event loop has been blocked for ${Math.round(silence)} ms by ${place}`);
    if (hook === undefined) return;
    const expression = `globalThis[Symbol.for('${hooks}')]?.${hook}()`;
    await session.post('Debugger.evaluateOnCallFrame', { callFrameId: frame.callFrameId, expression, silent: true });
    isForced = true;
  } catch {
    // The main thread was in no state for it: the next try has a session of its own.
    failures++;
  } finally {
    clearTimeout(timer);
    session.disconnect();
    isEntering = false;
  }
}

/** @typedef {import('node:inspector').Debugger.CallFrame} CallFrame */
/** @typedef {import('node:inspector').Debugger.ScriptParsedEventDataType} Script */

/**
 * The innermost function of the app: Node's own say little.
 *
 * @param {CallFrame} innermost
 * @param {readonly CallFrame[]} callers
 * @param {ReadonlyMap<string, Script>} scripts
 */
function placeOf(innermost, callers, scripts) {
  /** @param {CallFrame} frame */
  const urlOf = ({ location, url }) => scripts.get(location.scriptId)?.url ?? url;
  const frame = [innermost, ...callers].find((one) => !urlOf(one).startsWith('node:')) ?? innermost;
  const { scriptId, lineNumber, columnNumber = 0 } = frame.location;
  const source = sourceOf(scripts.get(scriptId), lineNumber, columnNumber);
  return `${frame.functionName || '(anonymous)'} (${source ?? `${urlOf(frame)}:${lineNumber + 1}`})`;
}

/**
 * The place in the source, where a compiler has left a source map: in the file, or beside it.
 *
 * @param {Script | undefined} script
 * @param {number} line from 0
 * @param {number} column from 0
 */
function sourceOf(script, line, column) {
  if (!script?.sourceMapURL) return undefined;
  try {
    const url = new URL(script.sourceMapURL, script.url);
    const [, data] = /^data:.*?;base64,(.*)$/s.exec(url.href) ?? [];
    const text = data === undefined ? readFileSync(url, 'utf8') : Buffer.from(data, 'base64').toString();
    const entry = new SourceMap(JSON.parse(text)).findEntry(line, column);
    return 'originalLine' in entry
      ? `${new URL(entry.originalSource, script.url)}:${entry.originalLine + 1}`
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The streams of this thread need the main thread.
 *
 * @param {string} text
 */
function print(text) {
  try {
    writeSync(2, `hangup: ${text}\n`);
  } catch {
    // The terminal has gone.
  }
}

look();
