/** The exit and the survival of a process are tested on a process, with one small program for each scenario. */
import assert from 'node:assert/strict';
import { test } from 'vitest';
import { isFull } from '../contract/played.ts';
import { describeCell } from '../support/describe-cell.ts';
import type { Cell } from '../support/sdk.ts';
import type { Claim } from './claim.ts';
import { asPromised, claims, run } from './play.ts';

/** Outside a full run the newest version is enough: test/contract has the others. */
const cells: readonly Cell[] = (
  [
    { version: '4.2.0', delivery: 'bare', format: 'cjs' },
    { version: '4.2.0', delivery: 'patched', format: 'cjs' },
    { version: '4.2.0', delivery: 'overlay', format: 'esm' },
    { version: '3.1.0', delivery: 'bare', format: 'cjs' },
    { version: '3.1.0', delivery: 'overlay', format: 'cjs' },
    { version: '3.1.0', delivery: 'patched', format: 'esm' },
  ] as const
).slice(0, isFull ? 6 : 2);
/** A bare child that is alive so long after the shutdown call is believed to hang. */
const bareCap = 2_000;

for (const cell of cells) {
  const bare = cell.delivery === 'bare';
  describeCell({ ...cell, target: { className: 'TTSWS' } }, () => {
    for (const claim of claims) {
      test(bare ? `control: ${claim.name}` : claim.name, () => (bare ? asBare : asPromised)(claim, cell), 60_000);
    }
  });
}

async function asBare(claim: Claim, cell: Cell): Promise<void> {
  const { bare } = claim;
  const { result } = await run(claim, cell, bareCap);
  const story = JSON.stringify(result);
  if (bare === 'exits 0') assert.equal(result.code, 0, story);
  else if ('hangs' in bare) assert.equal(result.signal, 'SIGKILL', `it should hang, ${bare.hangs}: ${story}`);
  else if ('crashes' in bare) {
    assert.equal(result.code, 1, story);
    assert.match(result.stderr, bare.crashes);
  } else assert.equal(result.code, 13, story);
}
