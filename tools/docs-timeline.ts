import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { WebSocket, WebSocketServer } from 'ws';
import { createShutdown, type EndReport, SessionStore, type ShutdownReport } from '../lifecycle/index.ts';
import { packageRoot } from '../patching/package-json.ts';
import { timelineSvg } from './timeline-svg.ts';

// Draws the shutdown of a small service for README.md. No two runs take the same time, so the picture is made again only on demand:
// npm run docs -- --timeline
const file = 'docs/shutdown.svg';
const { values } = parseArgs({ options: { timeline: { type: 'boolean', default: false } } });
if (values.timeline) {
  writeFileSync(join(packageRoot(), file), timelineSvg(rounded(await run())));
  console.log(`${file} was written`);
} else console.log(`${file} is left as it is: npm run docs -- --timeline makes it again`);

/** Three calls: one is over at once, one saves a long transcript, and the assessment of the third one ignores its abort. */
async function run(): Promise<ShutdownReport> {
  const shutdown = createShutdown({ signals: [], errors: false, watchdog: false, exit: false, logger: false });
  const sessions = shutdown.use('sessions', 'calls', new SessionStore({ name: 'calls' }));
  const server = createServer().listen(0, '127.0.0.1');
  shutdown.use('servers', 'http', server);
  shutdown.use('resources', 'database', () => sleep(120));
  const ids = ['Ada', 'Bob', 'Eve'];
  new WebSocketServer({ server }).on('connection', (socket) => {
    const session = sessions.open(ids.shift()!);
    if (session.id === 'Eve') void session.tasks.run('assessment', () => sleep(2500));
    session.use('provider', () => sleep(150));
    session.use('transcript', () => sleep(session.id === 'Bob' ? 450 : 30));
    session.use('client', socket);
  });
  await once(server, 'listening');
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const _ of [1, 2, 3]) await once(new WebSocket(url), 'open');
  return shutdown.end('SIGTERM');
}

/** To 10 ms: the rest is the noise of one run. */
function rounded<R extends EndReport>(report: R): R {
  const members = report.members?.map(rounded);
  return { ...report, durationMs: Math.round(report.durationMs / 10) * 10, ...(members !== undefined && { members }) };
}
