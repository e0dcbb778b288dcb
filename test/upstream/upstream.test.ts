/** The contract, on the SDK as it would be with the proposal in patches/upstream/. No part of hangup is in it. */
import { AssertionError } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { asPromised, claims } from '../children/play.ts';
import { playColumn } from '../contract/column.ts';
import { barePackage, type Cell, formats, runFolderVariable, upstreamFolderVariable } from '../support/sdk.ts';
import { buildPristine, buildUpstream } from './build.ts';
import { gapOf, keyOf, played, upstreamCells } from './coverage.ts';
import { upstreamVersion } from './proposal.ts';

/** A claim that fails is one whose process is killed. */
const bound = 60_000;
// In the folder of this run, which removes it.
const scratch = join(process.env[runFolderVariable]!, 'upstream');
process.env[upstreamFolderVariable] = buildUpstream(scratch);

for (const suite of played) {
  playColumn({ ...suite, cells: () => upstreamCells }, 'upstream', (id, { format }) => {
    const gap = gapOf(keyOf(suite, id), format);
    return gap === undefined ? 'passes' : { fails: gap.fails! };
  });
}

for (const format of formats) {
  const cell: Cell = { version: upstreamVersion, delivery: 'upstream', format };
  describe.concurrent(`${upstreamVersion} ${format} upstream, in a process of its own`, () => {
    for (const claim of claims) {
      const gap = gapOf(keyOf({ folder: 'children' }, claim.id), format);
      if (gap === undefined) test(claim.name, () => asPromised(claim, cell), bound);
      else {
        const fails = () => expect(asPromised(claim, cell)).rejects.toThrow(AssertionError);
        test(`control: fails, ${gap.why}: ${claim.name}`, fails, bound);
      }
    }
  });
}

test(
  'the build is the one of the SDK: without the patch it makes the published files',
  () => {
    for (const [file, text] of buildPristine(scratch)) {
      const published = readFileSync(join(barePackage(upstreamVersion), file), 'utf8');
      expect(text.trimEnd(), file).toBe(published.replace(/\/\/# sourceMappingURL=.*$/, '').trimEnd());
    }
  },
  bound,
);
