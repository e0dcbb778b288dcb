// A voice service as small as possible: a session for each WebSocket, with a task, a clean-up and the socket. The environment says
// how it misbehaves.

import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer } from 'ws';

const { createShutdown, SessionStore } = await import(process.env.LIFECYCLE);
const {
  options = {},
  stuck = 0,
  swallow = 0,
  fails = 0,
  lateThrow,
  block,
  cleanup = 5,
  terminal = false,
  lastWords = 0,
} = JSON.parse(process.env.SERVICE ?? '{}');

const shutdown = createShutdown(options);
const sessions = new SessionStore({ sessionTimeout: 700 });
const server = createServer((_, response) => response.writeHead(shutdown.ready ? 200 : 503).end());
const sockets = new WebSocketServer({ server });
shutdown.use('drain', 'calls', (limit) => sessions.drain(limit));
shutdown.use('sessions', 'sessions', sessions);
shutdown.use('servers', 'http', server);
shutdown.use('flush', 'log', () => console.log('flushed'));

const forever = new Promise(() => {});
let count = 0;

const blocks = {
  loop(ms) {
    for (const end = Date.now() + ms; Date.now() < end; );
  },
  wait(ms) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  },
  regex() {
    /^(a+)+$/.test(`${'a'.repeat(40)}b`);
  },
  native(ms) {
    execFileSync('sleep', [String(ms / 1000)], { stdio: 'ignore' });
  },
};

function buildTranscript({ kind = 'loop', ms }) {
  blocks[kind](ms);
}

sockets.on('connection', (socket) => {
  const n = count++;
  const session = sessions.open(String(n));
  void session.tasks.run('assessment', async (signal) => {
    if (n < swallow) await forever;
    await sleep(60_000, undefined, { signal });
  });
  session.tasks.interval('keepalive', 1000, () => socket.ping());
  session.use('clean-up', async () => {
    if (n < stuck) await forever;
    if (n < fails) throw new Error('cleanup failed on purpose');
    if (n === 0 && block !== undefined) buildTranscript(block);
    await sleep(cleanup);
  });
  session.use('client', socket);
  socket.on('close', () => void session.end());
  socket.on('message', (data) => {
    if (String(data) === 'exit') process.exit(7);
    if (String(data) === 'throw')
      setImmediate(() => {
        throw new Error('a bug');
      });
    if (String(data) === 'block') buildTranscript(block);
    if (String(data) === 'end') void shutdown.end('the message');
  });
  socket.send(String(n));
});

shutdown.signal.addEventListener('abort', () => {
  if (lateThrow !== undefined)
    setTimeout(() => {
      throw new Error('late throw on purpose');
    }, lateThrow);
  if (terminal) console.log('ending');
  void shutdown.end().then((report) => {
    if (!terminal)
      console.log(`report ${JSON.stringify(report, (_, value) => (value instanceof Error ? value.message : value))}`);
    blocks.loop(lastWords);
  });
});
// PM2 sends it.
if (process.send !== undefined) process.on('message', (message) => message === 'shutdown' && void shutdown.end('pm2'));
server.listen(0, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
