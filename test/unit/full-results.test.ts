import { expect, test } from 'vitest';
import { cellOf, type Results, type Row } from '../full/results.ts';
import { supportOf } from '../full/support.ts';

const row: Row = {
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

test('a suite names its cell by four words, in any order', () => {
  const cell = { version: '1.0.0-alpha.4', class: 'WebSocket', format: 'esm', delivery: 'both' };
  expect(cellOf('1.0.0-alpha.4 WebSocket esm both')).toEqual(cell);
  expect(cellOf('WebSocket 1.0.0-alpha.4 esm both')).toEqual(cell);
  for (const title of ['4.2.0 cjs overlay', '4.2.0 TTSWS cjs', 'TTSWS 4.2.0 cjs overlay again', 'hangup apply']) {
    expect(cellOf(title), title).toBeUndefined();
  }
});

test('a cell is supported when everything of it passed, on every Node', () => {
  const other: Row = { ...row, version: '3.0.0', scenario: 'two' };
  expect(supportOf([run([row, other])])).toEqual({ node: '20', passed: { 'TTSWS cjs overlay': '3.0.0 4.2.0' } });
  for (const outcome of ['failed', 'skipped'] as const) {
    const support = supportOf([run([row, other]), run([row, { ...other, outcome }], [], 'v22.23.3')]);
    expect(support).toEqual({ node: '20, 22', passed: { 'TTSWS cjs overlay': '4.2.0' } });
  }
});

test('an error outside of any test, the bare column and what is published broken support nothing', () => {
  expect(supportOf([run([row], ['unhandled rejection'])]).passed).toEqual({});
  expect(supportOf([run([{ ...row, delivery: 'bare' }])]).passed).toEqual({});
  expect(supportOf([run([{ ...row, broken: true }])]).passed).toEqual({});
});
