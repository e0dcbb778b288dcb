// An agent as tests need it. Its arguments say how it behaves.
import { spawn } from 'node:child_process';

const faults = new Set(process.argv.slice(2));

if (faults.has('crash')) {
  console.error('a bug at the start');
  process.exit(3);
}
if (faults.has('deaf')) process.on('SIGTERM', () => {});
else if (faults.has('polite')) process.on('SIGTERM', () => process.exit(0));

// They may ignore SIGTERM as well. The mark is in their arguments, because one of them has no environment.
const loop = 'while :; do sleep 0.2; done';
const sleep = [faults.has('stubborn') ? `trap '' TERM; ${loop}` : loop, process.env.MARK ?? 'child'];
if (faults.has('child')) spawn('sh', ['-c', ...sleep], { stdio: 'ignore' });
if (faults.has('setsid')) spawn('sh', ['-c', ...sleep], { stdio: 'ignore', detached: true });
if (faults.has('bare')) spawn('sh', ['-c', ...sleep], { stdio: 'ignore', env: { PATH: process.env.PATH } });
if (faults.has('far')) {
  spawn('sh', ['-c', ...sleep], { stdio: 'ignore', env: { PATH: process.env.PATH }, detached: true });
}

if (faults.has('ipc')) process.send({ state: 'ready' });
else if (!faults.has('mute')) console.log(faults.has('pipeline') ? 'Pipeline started' : 'Connected to ws://127.0.0.1');

if (faults.has('blocked')) for (;;);
if (faults.has('brief')) setTimeout(() => process.exit(0), 100);
setInterval(() => {}, 1000);
