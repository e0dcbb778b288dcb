/** Connections that have ended leave nothing behind: neither in the heap nor in the event loop. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import { drivers } from '../contract/drivers/index.ts';
import { endless } from '../contract/stage.ts';
import { nameOf, socketCells } from '../support/cells.ts';
import { runFolderVariable } from '../support/sdk.ts';
import { startVoiceServer } from '../support/voice-server.ts';
import { environmentOf } from './driven.ts';
import { runProgram } from './run-child.ts';

const program = join(process.env[runFolderVariable]!, 'memory-child.mjs');
const cycles = 1_000;
/**
 * A connection that is kept (its socket, queues and the SDK's objects) takes tens of kilobytes. Code that Node has compiled
 * and cached meanwhile comes to 400 to 1,000 bytes a cycle, and to nothing in the thousand cycles that follow.
 */
const limit = 2_000;
/** On a machine that is busy with others, in ms; some ten seconds otherwise. */
const bound = 240_000;

const cells = socketCells('patched').filter(({ broken }) => broken === undefined);
for (const { classNames, tls } of drivers) {
  for (const className of classNames) {
    const cell = cells.findLast(({ target }) => target.className === className)!;
    describe.concurrent(nameOf(cell), () => {
      test(
        `${cycles} connections, streams and disconnects leave the heap and the handles flat`,
        async () => {
          const { url, caFile, close } = await startVoiceServer(endless, { tls });
          try {
            const order = { cell: nameOf(cell), url, caFile, cycles };
            const result = await runProgram(program, environmentOf(order), {
              cap: 5_000,
              startUp: bound,
            });
            assert.equal(result.code, 0, JSON.stringify(result));
            const { bytesPerCycle, before, after } = JSON.parse(result.said.at(-1)!);
            assert.ok(bytesPerCycle < limit, `${bytesPerCycle} bytes are left of each connection`);
            assert.deepEqual(after, before, 'handles of the event loop');
          } finally {
            await close();
          }
        },
        bound + 10_000,
      );
    });
  }
}
