import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { barePackage, type Cell, overlayBundleVariable, patchedPackage } from '../support/sdk.ts';
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

const atOnce = 4;
const tick = 10;
let running = 0;
const waiting: (() => void)[] = [];

/** Runs a program of `programs/` on a cell; kills it when it is still there `cap` ms after it said `shutdown`. */
export async function runChild(
  program: string,
  cell: Cell,
  server: Pick<VoiceServer, 'url' | 'caFile'>,
  { cap, env = {}, options = {} }: { cap: number; env?: Record<string, string>; options?: object },
): Promise<ChildResult> {
  if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
  running++;
  try {
    return await spawnChild(program, cap, { ...cellEnv(cell, server, options), ...env });
  } finally {
    running--;
    waiting.shift()?.();
  }
}

function cellEnv(cell: Cell, server: Pick<VoiceServer, 'url' | 'caFile'>, options: object): Record<string, string> {
  const onDisk = cell.delivery === 'patched' || cell.delivery === 'both';
  // On a patched class the overlay only sets the options.
  const overlaid = cell.delivery === 'overlay' || (onDisk && Object.keys(options).length > 0);
  return {
    CELL_PACKAGE: onDisk ? patchedPackage(cell.version) : barePackage(cell.version),
    CELL_FORMAT: cell.format,
    CELL_OVERLAY: overlaid ? process.env[overlayBundleVariable]! : '',
    CELL_OPTIONS: JSON.stringify(options),
    CELL_URL: server.url,
    NODE_EXTRA_CA_CERTS: server.caFile,
  };
}

function spawnChild(program: string, cap: number, env: Record<string, string>): Promise<ChildResult> {
  const file = fileURLToPath(new URL(`programs/${program}.mjs`, import.meta.url));
  const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  // In ticks, not by the wall: while the machine stands still nothing becomes late.
  let ms = 0;
  const clock = setInterval(() => {
    ms += tick;
  }, tick);
  let stdout = '';
  let stderr = '';
  // Start-up on a busy machine is not what is measured.
  let timer = setTimeout(() => child.kill('SIGKILL'), cap + 10_000);
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
