import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentLevel } from './agent.ts';
import { AgentError } from './errors.ts';
import type { SpawnOptions } from './options.ts';
import { prepare } from './processes/launch.ts';
import { readLines } from './processes/lines.ts';
import { here, statOf, tokenVariable } from './processes/proc.ts';
import { makeToken } from './token.ts';

const defaultReady = /Connected to|Pipeline started/;

const silence =
  ', and has printed nothing: a program may hold back its output when that is a pipe (start Python with python3 -u)';

/** To start a process blocks the event loop for some ms. At the most half of the time goes into starts. */
let turns: Promise<unknown> = Promise.resolve();
let restUntil = 0;

/**
 * Starts the process of an agent. Its record is complete in the tick in which it starts.
 *
 * @throws {AgentError} `ERR_AGENT_SPAWN`, or `ERR_AGENT_ENDED`: then nothing was started
 */
export async function startProcess(
  agent: AgentLevel,
  place: { host: string; scope: string },
  command: readonly string[],
  options: SpawnOptions & { readyTimeout: number },
): Promise<void> {
  const { id } = agent;
  const token = makeToken(place.scope, id);
  const outer = process.env[tokenVariable];
  const env = { ...process.env, ...options.env, [tokenVariable]: outer ? `${outer},${token}` : token };
  const launch = await prepare(id, command, { cwd: options.cwd, env, hasIpc: options.ready === 'ipc' });
  turns = turns.then(() => sleep(restUntil - performance.now()));
  await turns;
  if (!agent.isOpen) throw new AgentError('ERR_AGENT_ENDED', id, 'it was ended before it was started');
  const start = performance.now();
  const starting = running(id, launch);
  const started = performance.now();
  restUntil = started + (started - start);
  const child = await starting;
  // Signals and messages that do not arrive any more.
  child.on('error', () => {});
  const { labels } = options;
  try {
    // Somebody may have ended it while its process was started: that end has seen no process.
    if (!agent.isOpen) throw new AgentError('ERR_AGENT_ENDED', id, 'it was ended before it was recorded');
    agent.begin(
      {
        id,
        host: place.host,
        ...here(),
        pid: child.pid!,
        startTime: statOf(child.pid!)!.startTime,
        token,
        state: 'starting',
        spawnedAt: Date.now(),
        ...(labels !== undefined && { labels: { ...labels } }),
      },
      child,
    );
  } catch (error) {
    await discard(child);
    throw error;
  }
  listen(agent, child, options);
}

/** Kills a process that nobody knows. It is too young to have children. */
async function discard(child: ChildProcess): Promise<void> {
  // It cannot be killed when it belongs to another user. It does not reject then, because the caller has an error to tell.
  const exited = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
  child.kill('SIGKILL');
  for (const stream of child.stdio) stream?.destroy();
  await exited;
}

/** Returns in the tick in which the process starts. */
function running(id: string, launch: () => ChildProcess): ChildProcess | Promise<never> {
  const refused = (error: unknown) => {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    return new AgentError('ERR_AGENT_SPAWN', id, `the command could not be started: ${code}`);
  };
  try {
    const child = launch();
    if (child.pid !== undefined) return child;
    return new Promise((_, reject) => child.once('error', (error) => reject(refused(error))));
  } catch (error) {
    throw refused(error);
  }
}

function listen(agent: AgentLevel, child: ChildProcess, options: SpawnOptions & { readyTimeout: number }): void {
  const { ready = defaultReady, readyTimeout, onLine } = options;
  if (ready === 'ipc') child.once('message', () => agent.setReady());
  const isReady = ready instanceof RegExp ? tester(ready) : () => false;
  let isSilent = true;
  const test = (text: string) => {
    isSilent = false;
    if (!agent.readiness.isSettled && isReady(text)) agent.setReady();
  };
  for (const name of ['stdout', 'stderr'] as const) {
    const onWhole = (line: string) => {
      test(line);
      onLine?.(line, name);
    };
    readLines(child[name]!, onWhole, test);
  }
  child.stdin?.on('error', () => {});
  agent.readiness.within(readyTimeout, () => {
    const hint = isSilent && ready !== 'ipc' ? silence : '';
    agent.fail('ERR_AGENT_NOT_READY', `it did not say within ${readyTimeout} ms that it is ready${hint}`);
    void agent.end();
  });
}

/** Makes a test that does not remember the last match, as a pattern with the flags `g` or `y` does. */
function tester(pattern: RegExp): (text: string) => boolean {
  const plain = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
  return (text) => plain.test(text);
}
