// Preloaded into children (--import) to stop them at a chosen moment: kills and races by chance would hardly ever hit
// the few milliseconds in which files are written.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

const {
  CONTROL_KILL_AT: killAt,
  CONTROL_WAIT_AT: waitAt,
  CONTROL_MEETING: meeting,
  CONTROL_VANISH: vanish,
} = process.env;

type Name =
  | 'mkdirSync'
  | 'writeFileSync'
  | 'openSync'
  | 'renameSync'
  | 'rmSync'
  | 'rmdirSync'
  | 'lstatSync'
  | 'readFileSync';

/** Runs `before` ahead of every call of these functions. */
function intercept(names: readonly Name[], before: (...args: unknown[]) => void): void {
  for (const name of names) {
    const original = fs[name] as (...args: unknown[]) => unknown;
    const replacement = (...args: unknown[]) => {
      before(...args);
      return original(...args);
    };
    Object.assign(fs, { [name]: replacement });
  }
}

/** Kills the process right before its nth call that changes the file system. */
function killBefore(nth: number): void {
  let calls = 0;
  const count = () => {
    calls += 1;
    if (calls === nth) process.kill(process.pid, 'SIGKILL');
  };
  intercept(['mkdirSync', 'writeFileSync', 'renameSync', 'rmSync', 'rmdirSync'], count);
  intercept(['openSync'], (_, flags) => {
    if (Number(flags) & fs.constants.O_CREAT) count();
  });
}

/** Waits for the others before the runtime is looked at (lstatSync: to classify, readFileSync: to plan). */
function waitForOthers(name: Name, folder: string): void {
  const { existsSync, writeFileSync } = fs;
  let waited = false;
  intercept([name], (path) => {
    if (waited || !String(path).endsWith('runtime.cjs')) return;
    waited = true;
    writeFileSync(join(folder, `ready-${process.pid}`), '');
    while (!existsSync(join(folder, 'go'))) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  });
}

/** Removes the first temporary file right before it is renamed, as a run in another container may. */
function removeTemporary(): void {
  const { rmSync } = fs;
  let done = false;
  intercept(['renameSync'], (from) => {
    if (!done) rmSync(String(from));
    done = true;
  });
}

if (killAt) killBefore(Number(killAt));
if (waitAt && meeting) waitForOthers(waitAt as Name, meeting);
if (vanish) removeTemporary();
syncBuiltinESMExports();
