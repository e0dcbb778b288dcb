import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { applyBelow } from '../../scripts/apply.ts';
import { hangup, install, newest, outcomeOf, project, scratch, tree, unlike } from './support.ts';

const debris = (dir: string) => Object.keys(tree(dir)).filter((path) => path.endsWith('.tmp'));

async function killedAt(nth: number, args: string[], dir: string): Promise<boolean> {
  const { signal, code } = await hangup([...args, '--dir', dir], { env: { CONTROL_KILL_AT: String(nth) } });
  expect(signal ?? code).toSatisfy((end) => end === 'SIGKILL' || end === 0);
  return signal === 'SIGKILL';
}

test.concurrent.each([
  ['apply', [], 'post'],
  ['revert', ['--revert'], 'pre'],
] as const)(
  'killed before any of its writes, %s heals on the next run',
  { timeout: 60_000 },
  async (_, flags, side) => {
    let moments = 0;
    let halfDone = 0;
    for (let nth = 1; ; nth++) {
      const { dir, sdk } = project();
      const pristine = tree(dir);
      if (side === 'pre') applyBelow(dir);
      if (!(await killedAt(nth, ['apply', ...flags], dir))) break;
      moments += 1;
      const [copy] = applyBelow(dir, { check: true }).copies;
      if (copy!.state === 'partial') halfDone += 1;
      expect(copy!.state).not.toBe('foreign');
      expect(applyBelow(dir, { revert: side === 'pre' }).ok).toBe(true);
      expect(unlike(sdk, newest, side)).toEqual([]);
      expect(debris(dir)).toEqual([]);
      applyBelow(dir, { revert: true });
      expect(tree(dir)).toEqual(pristine);
    }
    // It was really stopped in the middle, and not only before or after.
    expect(moments).toBeGreaterThan(10);
    expect(halfDone).toBeGreaterThan(3);
  },
);

test('eight at once: one correct result, no debris, nobody fails', { timeout: 60_000 }, async () => {
  for (const flags of [[], ['--revert']]) {
    const { dir, sdk } = project();
    const other = install(join(dir, 'node_modules/old'), '3.1.0');
    if (flags.length > 0) applyBelow(dir);
    const meeting = scratch();
    const go = join(meeting, 'go');
    const runs = Array.from({ length: 8 }, (_, index) =>
      hangup(['apply', ...flags, '--json', '--dir', dir], {
        env: { CONTROL_READY: join(meeting, `ready-${index}`), CONTROL_GO: go },
      }),
    );
    while (readdirSync(meeting).length < 8) await delay(5);
    writeFileSync(go, '');
    for (const run of await Promise.all(runs)) expect(outcomeOf(run)).toMatchObject({ ok: true });
    const side = flags.length > 0 ? 'pre' : 'post';
    expect([...unlike(sdk, newest, side), ...unlike(other, '3.1.0', side)]).toEqual([]);
    expect(debris(dir)).toEqual([]);
  }
});
