import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../../scripts/manifest.ts';

/**
 * Writes a table into a document, between `<!-- name:begin -->` and `<!-- name:end -->`. With --check on the command line it
 * writes nothing, and the process exits 1 on a difference.
 *
 * @param document relative to the package root
 * @param rows the first one is the head
 * @param findings why the table cannot be right: the process exits 1
 */
export function writeTable(
  document: string,
  name: string,
  rows: readonly (readonly string[])[],
  findings: readonly string[],
): void {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const [head = [], ...others] = rows;
  const table = [head, head.map(() => '---'), ...others].map((row) => `| ${row.join(' | ')} |\n`).join('');
  const file = join(packageRoot(), document);
  const text = readFileSync(file, 'utf8');
  const begin = `<!-- ${name}:begin -->\n`;
  const from = text.indexOf(begin);
  const to = text.indexOf(`<!-- ${name}:end -->`, from);
  if (from < 0 || to < 0) throw new Error(`${document} has no ${begin.trim()} … <!-- ${name}:end -->`);
  const updated = `${text.slice(0, from + begin.length)}\n${table}\n${text.slice(to)}`;
  const isStale = values.check && updated !== text;
  for (const finding of findings) console.error(finding);
  if (isStale) console.error(`the table "${name}" in ${document} is not what the results make: run "npm run docs"`);
  if (isStale || findings.length > 0) process.exitCode = 1;
  else console.log(`the table "${name}" in ${document} ${updated === text ? 'is up to date' : 'was written'}`);
  if (!values.check && updated !== text) writeFileSync(file, updated);
}
