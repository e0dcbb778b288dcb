import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Cell, isHangup, isOverlaid, overlayBundleVariable, packageOf } from '../support/sdk.ts';
import type { VoiceServer } from '../support/voice-server.ts';

export interface ChildResult {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The words the program said. */
  said: string[];
  stderr: string;
  /** From `shutdown`, or from the start where the program did not say it, to the exit. */
  ms: number;
}

interface Limits {
  /** ms after the shutdown call until it is killed. */
  cap: number;
  /** ms that it may take until then, besides. Default 10,000. */
  startUp?: number;
}

export interface RunOptions extends Limits {
  env?: Record<string, string>;
  /** For `overlay()`. */
  options?: object;
  /** The Node.js binary; that of the tests by default. */
  node?: string;
  /** The folder of the programs: a copy, for those that must not find the packages of this repository. */
  folder?: string;
}

/** The folder of the programs. */
export const programs = fileURLToPath(new URL('programs', import.meta.url));

/** Most of them wait most of the time. */
const atOnce = 6;
const tick = 10;
let running = 0;
const waiting: (() => void)[] = [];

/** Runs a program of `programs/` on a cell; kills it when it is still there `cap` ms after it said `shutdown`. */
export async function runChild(
  program: string,
  cell: Cell,
  server: Pick<VoiceServer, 'url' | 'caFile'>,
  { cap, env = {}, options = {}, node, folder }: RunOptions,
): Promise<ChildResult> {
  const file = join(folder ?? programs, `${program}.mjs`);
  return runProgram(file, { ...cellEnv(cell, server, options), ...env }, { cap, node });
}

/** Runs any program that says `shutdown`, as `runChild()` does. */
export async function runProgram(
  file: string,
  env: Record<string, string>,
  { node = process.execPath, ...limits }: { node?: string | undefined } & Limits,
): Promise<ChildResult> {
  if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
  running++;
  try {
    return await spawnChild(node, file, limits, env);
  } finally {
    running--;
    waiting.shift()?.();
  }
}

function cellEnv(
  cell: Cell,
  server: Pick<VoiceServer, 'url' | 'caFile'>,
  options: { connectTimeout?: number },
): Record<string, string> {
  // On a patched class the overlay only sets the options.
  const isSet = isHangup(cell.delivery) && Object.keys(options).length > 0;
  return {
    CELL_PACKAGE: packageOf(cell),
    CELL_FORMAT: cell.format,
    CELL_OVERLAY: isSet || isOverlaid(cell.delivery) ? process.env[overlayBundleVariable]! : '',
    CELL_OPTIONS: JSON.stringify(options),
    // The proposal's limit is the option that ws has for it.
    ...(cell.delivery === 'upstream' && {
      CELL_SOCKET_OPTIONS: JSON.stringify({ handshakeTimeout: options.connectTimeout }),
    }),
    CELL_URL: server.url,
    NODE_EXTRA_CA_CERTS: server.caFile,
  };
}

function spawnChild(
  node: string,
  file: string,
  { cap, startUp = 10_000 }: Limits,
  env: Record<string, string>,
): Promise<ChildResult> {
  const child = spawn(node, [file], { env, cwd: dirname(file), stdio: ['ignore', 'pipe', 'pipe'] });
  // In ticks, not by the wall: while the machine stands still nothing becomes late.
  let ms = 0;
  const clock = setInterval(() => {
    ms += tick;
  }, tick);
  let stdout = '';
  let stderr = '';
  // Start-up on a busy machine is not what is measured.
  let timer = setTimeout(() => child.kill('SIGKILL'), cap + startUp);
  child.stdout.setEncoding('utf8').on('data', (data: string) => {
    const before = stdout.includes('shutdown');
    stdout += data;
    if (before || !stdout.includes('shutdown')) return;
    ms = 0;
    clearTimeout(timer);
    timer = setTimeout(() => child.kill('SIGKILL'), cap);
  });
  child.stderr.setEncoding('utf8').on('data', (data: string) => {
    stderr += data;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      clearInterval(clock);
      resolve({
        code,
        signal,
        said: stdout
          .trim()
          .split('\n')
          .filter((word) => word !== 'shutdown'),
        stderr,
        ms,
      });
    });
  });
}
