/** Five SDKs end with the guard of `ws`, without an overlay of their own. Without it they run on, or crash. They are installed on demand. */
import assert from 'node:assert/strict';
import { beforeAll, describe, test } from 'vitest';
import { packages } from './cases.ts';
import { install, play } from './run.ts';

let home: string;
beforeAll(async () => {
  home = await install();
}, 300_000);

describe.each(Object.keys(packages))('%s', (sdk) => {
  test.concurrent.each(['close', 'stall'] as const)('%s', { timeout: 90_000 }, async (played) => {
    const [before, after] = await Promise.all([play(home, sdk, played, false), play(home, sdk, played, true)]);
    assert.equal(after?.code, 0);
    assert.notEqual(before?.code, 0, 'control: without the guard it does not end by itself, or crashes');
  });
});
