import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { applyBelow } from '../../scripts/commands/apply.ts';
import type { Outcome } from '../../scripts/outcome.ts';
import { debris, hangup, install, newest, outcomeOf, project, scratch, tree, unlike } from '../support/patching.ts';

/** One with few files: each of its writes is interrupted, in a process of its own. */
const small = '2.1.0';

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
  { timeout: 120_000 },
  async (_, flags, side) => {
    let moments = 0;
    let halfDone = 0;
    for (let nth = 1; ; nth++) {
      const { dir, sdk } = project(small);
      const pristine = tree(dir);
      if (side === 'pre') applyBelow(dir);
      if (!(await killedAt(nth, ['apply', ...flags], dir))) break;
      moments += 1;
      const [copy] = applyBelow(dir, { check: true }).copies;
      if (copy!.state === 'partial') halfDone += 1;
      expect(copy!.state).not.toBe('foreign');
      expect(applyBelow(dir, { revert: side === 'pre' }).ok).toBe(true);
      expect(unlike(sdk, small, side)).toEqual([]);
      expect(debris(dir)).toEqual([]);
      applyBelow(dir, { revert: true });
      expect(tree(dir)).toEqual(pristine);
    }
    // It was really stopped in the middle, and not only before or after.
    expect(moments).toBeGreaterThan(10);
    expect(halfDone).toBeGreaterThan(3);
  },
);

/** Starts runs that wait for each other at a moment, and lets them go together. */
async function meet(
  count: number,
  waitAt: string,
  args: string[],
  { argsOfEverySecond = args, meanwhile = () => {} }: { argsOfEverySecond?: string[]; meanwhile?: () => void } = {},
): Promise<Outcome[]> {
  const meeting = scratch();
  const env = { CONTROL_WAIT_AT: waitAt, CONTROL_MEETING: meeting };
  const runs = Array.from({ length: count }, (_, index) => hangup(index % 2 ? argsOfEverySecond : args, { env }));
  while (readdirSync(meeting).length < count) await delay(5);
  meanwhile();
  writeFileSync(join(meeting, 'go'), '');
  return (await Promise.all(runs)).map(outcomeOf);
}

test('24 at once: one correct result, no debris, nobody fails', { timeout: 60_000 }, async () => {
  for (const flags of [[], ['--revert']]) {
    const { dir, sdk } = project();
    const other = install(join(dir, 'node_modules/old'), '3.1.0');
    if (flags.length > 0) applyBelow(dir);
    const outcomes = await meet(24, 'lstatSync', ['apply', ...flags, '--json', '--dir', dir]);
    expect(outcomes.map(({ error }) => error)).toEqual(Array(24).fill(undefined));
    expect(outcomes.map(({ ok }) => ok)).toEqual(Array(24).fill(true));
    const side = flags.length > 0 ? 'pre' : 'post';
    expect([...unlike(sdk, newest, side), ...unlike(other, '3.1.0', side)]).toEqual([]);
    expect(debris(dir)).toEqual([]);
  }
});

test('12 that apply and 12 that revert: no broken file, nobody lies, one more run heals', {
  timeout: 60_000,
}, async () => {
  for (const start of ['pristine', 'patched']) {
    const { dir, sdk } = project();
    if (start === 'patched') applyBelow(dir);
    const outcomes = await meet(24, 'lstatSync', ['apply', '--json', '--dir', dir], {
      argsOfEverySecond: ['apply', '--revert', '--json', '--dir', dir],
    });
    // A run that the others have overtaken says so. Every other fault is an error of its own.
    for (const { ok, error } of outcomes.filter(({ error }) => error !== undefined))
      expect({ ok, ...error }).toMatchObject({
        ok: false,
        code: 'ERR_PATCH_IO',
        message: expect.stringContaining('something else changed it meanwhile'),
      });
    const both = new Set(unlike(sdk, newest, 'pre'));
    expect(unlike(sdk, newest, 'post').filter((path) => both.has(path))).toEqual([]);
    expect(debris(dir)).toEqual([]);
    expect(applyBelow(dir)).toMatchObject({ ok: true });
    expect(unlike(sdk, newest, 'post')).toEqual([]);
  }
});

test('somebody else finishes between the look and the plan', async () => {
  const { dir, sdk } = project();
  const outcomes = await meet(1, 'readFileSync', ['apply', '--json', '--dir', dir], {
    meanwhile: () => applyBelow(dir),
  });
  expect(outcomes).toMatchObject([{ ok: true, copies: [{ state: 'pristine' }] }]);
  expect(unlike(sdk, newest, 'post')).toEqual([]);
});

test('a temporary file that was taken for debris is written again', async () => {
  const { dir, sdk } = project();
  expect(await hangup(['apply', '--dir', dir], { env: { CONTROL_VANISH: '1' } })).toMatchObject({ code: 0 });
  expect(unlike(sdk, newest, 'post')).toEqual([]);
  expect(debris(dir)).toEqual([]);
});
