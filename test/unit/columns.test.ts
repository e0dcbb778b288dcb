/** A column of the contract loads the files that have something to play, and leaves out no other. */
import { expect, test } from 'vitest';
import { foldersOf } from '../../vitest.config.ts';
import { isFull } from '../contract/played.ts';
import { suites } from '../contract/suites.ts';

test.skipIf(isFull).each(['bare', 'patched'] as const)(
  'the folders of the column %s are those of its suites',
  (delivery) => {
    const played = suites.filter((suite) => suite.cells(delivery).length > 0).map(({ folder }) => folder);
    expect(foldersOf(delivery, false).sort()).toEqual([...new Set(played)].sort());
  },
);
