import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, readPidFile, removePidFile, signal } from './pid-file.ts';

// npm run stop: ends the server whose PID file HANGUP_PID_FILE names, and exits with 0 when it is gone.
const file = process.env.HANGUP_PID_FILE;
if (!file) {
  console.error('Name the PID file of the server: HANGUP_PID_FILE=voice-server.pid npm run stop');
  process.exit(2);
}
const server = readPidFile(file);
if (server === undefined || !isRunning(server)) console.log('The server was not running.');
else {
  signal(server, 'SIGTERM');
  const end = Date.now() + (server.longest ?? 3000) + 2000;
  while (isRunning(server) && Date.now() < end) await sleep(50);
  if (isRunning(server)) {
    console.log('The server was late: SIGKILL.');
    signal(server, 'SIGKILL');
    while (isRunning(server)) await sleep(20);
  } else console.log('The server has ended.');
}
if (server !== undefined) removePidFile(file, server.pid);
