// A shell at a terminal, as small as possible: it tells its job that the terminal has hung up, and writes down how the job ended.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const job = spawn(process.execPath, [process.argv[2]], { stdio: 'inherit' });
process.on('SIGHUP', () => job.kill('SIGHUP'));
for (const output of [process.stdout, process.stderr]) output.on('error', () => {});
job.on('exit', (code, signal) => writeFileSync(process.env.EXIT_FILE, JSON.stringify({ code, signal })));
