import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../../patching/package-json.ts';

/** Rows of cells; the first one is the head. */
type Table = readonly (readonly string[])[];
/** The text of a heading, above the table that comes after it. */
type Heading = string;

/**
 * Writes tables into a document, between `<!-- name:begin -->` and `<!-- name:end -->`. With --check on the command line it
 * writes nothing, and the process exits 1 on a difference.
 *
 * @param document relative to the package root
 * @param findings why the tables cannot be right: the process exits 1
 */
export function writeTables(
  document: string,
  name: string,
  tables: readonly (Heading | Table)[],
  findings: readonly string[] = [],
): void {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const file = join(packageRoot(), document);
  const text = readFileSync(file, 'utf8');
  const begin = `<!-- ${name}:begin -->\n`;
  const from = text.indexOf(begin);
  const to = text.indexOf(`<!-- ${name}:end -->`, from);
  if (from < 0 || to < 0) throw new Error(`${document} has no ${begin.trim()} … <!-- ${name}:end -->`);
  const updated = `${text.slice(0, from + begin.length)}\n${tables.map(markdown).join('\n')}\n${text.slice(to)}`;
  const isStale = values.check && updated !== text;
  for (const finding of findings) console.error(finding);
  if (isStale) console.error(`"${name}" in ${document} is not what the results make: run "npm run docs"`);
  if (isStale || findings.length > 0) process.exitCode = 1;
  else {
    if (updated !== text) writeFileSync(file, updated);
    console.log(`"${name}" in ${document} ${updated === text ? 'is up to date' : 'was written'}`);
  }
}

function markdown(part: Heading | Table): string {
  if (typeof part === 'string') return `## ${part}\n`;
  const [head = [], ...rows] = part;
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');
}
