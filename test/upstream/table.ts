import { writeTables } from '../support/generated-tables.ts';
import { formats } from '../support/sdk.ts';
import { gapOf, suites } from './coverage.ts';
import { gaps } from './proposal.ts';

// The tables of the proposal's description: what it covers, and what it does not.
const titles = { cjs: 'CommonJS', esm: 'ES module' };

const counts = suites.map(({ title, keys }) => [
  title,
  ...formats.map((one) => `${keys.filter((key) => gapOf(key, one, true) === undefined).length} of ${keys.length}`),
]);
const missing = gaps.map(({ scenarios, why, onNode20 }) => [
  scenarios.map((key) => `\`${key}\``).join('<br>'),
  `${onNode20 === undefined ? '' : `${titles[onNode20]} on Node 20 only: `}${why}`,
]);
writeTables('patches/upstream/README.md', 'coverage', [
  [['Scenarios that pass on Node 20', ...formats.map((one) => titles[one])], ...counts],
  [['Not covered', 'Why'], ...missing],
]);
