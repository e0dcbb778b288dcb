// One program for every kind of connection: streams, hangs up, and has nothing left to do.

import { readFileSync } from 'node:fs';
import { driverOf } from '../contract/drivers/index.ts';
import { nameOf, socketCells } from '../support/cells.ts';
import type { Delivery } from '../support/sdk.ts';

const { EXIT_CELL, EXIT_DELIVERY, EXIT_FORCE, EXIT_URL, NODE_EXTRA_CA_CERTS } = process.env;
const say = (word: unknown) => process.stdout.write(`${word}\n`);

const cell = socketCells(EXIT_DELIVERY as Delivery).find((cell) => nameOf(cell) === EXIT_CELL)!;
const dial = await driverOf(cell).load(cell);
const line = dial({ url: EXIT_URL!, ca: readFileSync(NODE_EXTRA_CA_CERTS!, 'utf8') });
await line.opened;
const stream = line.speak('a');
while (stream.arrived < 2) await new Promise((resolve) => setTimeout(resolve, 5));

say('shutdown');
if (cell.delivery === 'bare') line.close();
else {
  const report = await line.target.disconnect(EXIT_FORCE === '1');
  const end = await stream.ended;
  // Some SDKs say things of their own.
  say(JSON.stringify({ outcome: report.outcome, durationMs: report.durationMs, end: end?.message ?? 'quiet' }));
}
