import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { formats } from '../support/sdk.ts';
import { gapOf, suites } from './coverage.ts';
import { gaps, upstreamPatch } from './proposal.ts';

// Writes the tables of the proposal's description from proposal.ts. With --check it writes nothing and exits 1 on a difference.
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

const begin = '<!-- coverage:begin -->\n';
const end = '<!-- coverage:end -->';
const titles = { cjs: 'CommonJS', esm: 'ES module' };

const counts = suites.map(({ title, names }) => [
  title,
  ...formats.map((one) => `${names.filter((name) => gapOf(name, one, true) === undefined).length} of ${names.length}`),
]);
const missing = gaps.map(({ scenarios, why, onNode20 }) => [
  scenarios.join('<br>'),
  `${onNode20 === undefined ? '' : `${titles[onNode20]} on Node 20 only: `}${why}`,
]);
const tables = [
  table([['Scenarios that pass on Node 20', ...formats.map((one) => titles[one])], ...counts]),
  table([['Not covered', 'Why'], ...missing]),
].join('\n');

const file = join(dirname(upstreamPatch), 'README.md');
const text = readFileSync(file, 'utf8');
const from = text.indexOf(begin);
const to = text.indexOf(end, from);
if (from < 0 || to < 0) throw new Error(`${file} has no ${begin.trim()} … ${end}`);
const updated = `${text.slice(0, from + begin.length)}\n${tables}\n${text.slice(to)}`;

if (updated === text) console.log("the proposal's tables are up to date");
else if (values.check) {
  console.error('the tables in patches/upstream/README.md are not what proposal.ts makes: run "npm run docs"');
  process.exitCode = 1;
} else {
  writeFileSync(file, updated);
  console.log("the proposal's tables were written");
}

function table([head, ...rows]: readonly (readonly string[])[]): string {
  return [head!, head!.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');
}
