/** The contract, on the SDK as it would be with the proposal in patches/upstream/. No part of hangup is in it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { asPromised, claims } from '../children/play.ts';
import { lineContract } from '../contract/common/contract.ts';
import { contract } from '../contract/contract.ts';
import { contextRouter } from '../contract/drivers/context-router.ts';
import type { Known } from '../contract/rows.ts';
import { barePackage, type Cell, formats, runFolderVariable, upstreamFolderVariable } from '../support/sdk.ts';
import { buildPristine, buildUpstream } from './build.ts';
import { gapOf } from './coverage.ts';
import { upstreamVersion } from './proposal.ts';

/** A claim that fails is one whose process is killed. */
const bound = 60_000;
// In the folder of this run, which removes it.
const scratch = join(process.env[runFolderVariable]!, 'upstream');
process.env[upstreamFolderVariable] = buildUpstream(scratch);

const known: Known = {
  versions: [upstreamVersion],
  of(scenario, format) {
    const why = gapOf(scenario, format);
    return why === undefined ? 'passes' : { fails: why };
  },
};

contract('upstream', known);
lineContract('upstream', { ...known, classNames: contextRouter.classNames });

for (const format of formats) {
  const cell: Cell = { version: upstreamVersion, delivery: 'upstream', format };
  describe.concurrent(`${upstreamVersion} ${format} upstream, in a process of its own`, () => {
    for (const claim of claims) {
      const end = known.of(claim.name, format);
      if (end === 'passes') test(claim.name, () => asPromised(claim, cell), bound);
      else
        test(
          `control: fails, ${end.fails}: ${claim.name}`,
          () => expect(asPromised(claim, cell)).rejects.toThrow(),
          bound,
        );
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
