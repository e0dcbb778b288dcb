// Preloaded into children (--import) to stop them at a chosen moment: kills and races by chance would hardly ever hit
// the few milliseconds in which files are written.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { CONTROL_KILL_AT: killAt, CONTROL_READY: ready, CONTROL_GO: go } = process.env;

/** Kills the process right before its nth call that changes the file system. */
function killBefore(nth: number): void {
  let calls = 0;
  const names = ['mkdirSync', 'writeFileSync', 'chmodSync', 'renameSync', 'rmSync', 'rmdirSync'] as const;
  for (const name of names) {
    const original = fs[name] as (...args: unknown[]) => unknown;
    const replacement = (...args: unknown[]) => {
      calls += 1;
      if (calls === nth) process.kill(process.pid, 'SIGKILL');
      return original(...args);
    };
    Object.assign(fs, { [name]: replacement });
  }
}

/** Waits, before the first file is classified, until everybody is there. */
function waitForAll(readyFile: string, goFile: string): void {
  const original = fs.lstatSync;
  const replacement = (...args: Parameters<typeof original>) => {
    if (String(args[0]).endsWith('runtime.cjs') && !fs.existsSync(readyFile)) {
      fs.writeFileSync(readyFile, '');
      while (!fs.existsSync(goFile)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
    return original(...args);
  };
  Object.assign(fs, { lstatSync: replacement });
}

// The loader's own thread runs preloaded modules too on some Node versions; it changes no files.
if (killAt) killBefore(Number(killAt));
if (ready && go) waitForAll(ready, go);
syncBuiltinESMExports();
