import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../../scripts/manifest.ts';
import { managers } from './managers.ts';
import { readResults } from './results.ts';

// Writes APPLY.md's table from the recorded results. With --check it writes nothing and exits 1 on a difference.
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

const begin = '<!-- managers:begin -->\n';
const end = '<!-- managers:end -->';
const columns = {
  fresh: 'Fresh install',
  frozen: 'Frozen lockfile',
  'scripts-off': 'Scripts off',
  bump: 'SDK updated, `init` not run again',
  unsupported: 'To an SDK without a patch',
};

const results = readResults();
const findings = managers.flatMap(({ id, version }) =>
  results[id]?.version === version
    ? []
    : `test/managers/results.json is not of ${id} ${version}: run "npm run test:managers -- --update"`,
);
const rows = managers.map(({ id, title, version }) => [
  `${title} (${version})`,
  ...Object.keys(columns).map((step) => words(results[id]?.steps[step])),
]);
const head = ['', ...Object.values(columns)];
const table = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');

const file = join(packageRoot(), 'APPLY.md');
const text = readFileSync(file, 'utf8');
const from = text.indexOf(begin);
const to = text.indexOf(end, from);
if (from < 0 || to < 0) throw new Error(`APPLY.md has no ${begin.trim()} … ${end}`);
const updated = `${text.slice(0, from + begin.length)}\n${table}\n${text.slice(to)}`;

for (const finding of findings) console.error(finding);
if (values.check && updated !== text)
  console.error('the table in APPLY.md is not what the results make: run "npm run docs"');
if (findings.length > 0 || (values.check && updated !== text)) process.exitCode = 1;
else if (updated === text) console.log("the managers' table is up to date");
if (!values.check && updated !== text) {
  writeFileSync(file, updated);
  console.log("the managers' table was written");
}

/** The recorded words without their versions. `–`: not tried. */
function words(cell: string | undefined): string {
  if (cell === undefined) return '–';
  const [, exit, state, , verify] = /^(?:exit (\d+), )?(patched|bare) (\S+?)(?:, verify exits (\d))?$/.exec(cell) ?? [];
  if (state === 'patched') return exit === undefined ? 'patched' : `refused (exit ${exit}), stays patched`;
  if (state === 'bare') return `${exit === undefined ? '' : `exit ${exit}, `}unpatched, \`verify\` exits ${verify}`;
  throw new Error(`"${cell}" is no result`);
}
