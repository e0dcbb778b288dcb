/** Nothing of a session is left when it has ended. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runFolderVariable } from '../support/sdk.ts';

const program = fileURLToPath(new URL('programs/cycles.mjs', import.meta.url));

it('the heap does not grow over 5,000 sessions', { timeout: 60_000 }, () => {
  const output = execFileSync(process.execPath, ['--expose-gc', program], {
    encoding: 'utf8',
    env: { LIFECYCLE: join(process.env[runFolderVariable]!, 'lifecycle.mjs') },
  });
  const heaps = output.trim().split('\n').map(Number);
  expect(heaps).toHaveLength(6);
  // One session that was kept whole would be some kB, a thousand some MB.
  expect(heaps.at(-1)! - heaps[0]!).toBeLessThan(1_000_000);
});
