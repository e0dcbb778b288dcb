import { expect, test } from 'vitest';
import { keyOf, type Results, type Row } from '../full/results.ts';
import { supportOf } from '../full/support.ts';

const row: Row = {
  sdk: 'cartesia',
  version: '4.2.0',
  class: 'TTSWS',
  format: 'cjs',
  delivery: 'overlay',
  scenario: 'one',
  outcome: 'passed',
  ms: 1,
};

const run = (rows: Row[], errors: string[] = [], node = 'v20.20.2'): Results => ({
  node,
  finished: '',
  summary: { cells: 0, passed: 0, failed: 0, skipped: 0, seconds: 0 },
  errors,
  rows,
});

test('a cell has a key of its own in every SDK', () => {
  expect(keyOf(row)).toBe('cartesia 4.2.0 TTSWS cjs overlay');
  const other: Row = { ...row, sdk: 'other', outcome: 'failed' };
  expect(supportOf([run([row, other])]).passed).toEqual({ 'cartesia TTSWS cjs overlay': '4.2.0' });
});

test('a cell is supported when everything of it passed, on every Node', () => {
  const other: Row = { ...row, version: '3.0.0', scenario: 'two' };
  expect(supportOf([run([row, other])])).toEqual({
    node: { cartesia: '20' },
    passed: { 'cartesia TTSWS cjs overlay': '3.0.0 4.2.0' },
  });
  for (const outcome of ['failed', 'skipped'] as const) {
    const support = supportOf([run([row, other]), run([row, { ...other, outcome }], [], 'v22.23.3')]);
    expect(support).toEqual({ node: { cartesia: '20, 22' }, passed: { 'cartesia TTSWS cjs overlay': '4.2.0' } });
  }
});

test('an error outside of any test, the bare column and a broken build support nothing', () => {
  expect(supportOf([run([row], ['unhandled rejection'])]).passed).toEqual({});
  expect(supportOf([run([{ ...row, delivery: 'bare' }])]).passed).toEqual({});
  expect(supportOf([run([{ ...row, broken: true }])]).passed).toEqual({});
});
