import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatOf, packageName, type Target, targets } from '../overlays/cartesia/targets.ts';
import { packageRoot } from './manifest.ts';

// Writes the README's support table from targets.ts. With --check it writes nothing and exits 1 on a difference.
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

const begin = '<!-- support:begin -->\n';
const end = '<!-- support:end -->';
const formats = { cjs: 'CommonJS', esm: 'ES module' } as const;

const head = [packageName, 'Socket', 'Module format', 'Patch (`hangup apply`)', '`overlay()`'];

/** One line per version and format: what is not listed is not supported. */
function linesOf(target: Target): string[][] {
  const { versions, className, opened, builds, broken = [] } = target;
  const socket = `\`${className}\` (\`${opened}\`)`;
  return versions.flatMap((version) => [
    ...builds.map((build) => [version, socket, formats[formatOf(target, build)], 'yes', 'yes']),
    ...broken.map(({ format, why }) => [version, socket, format, why, 'no']),
  ]);
}

const rows = [head, head.map(() => '---'), ...targets.flatMap(linesOf)];
const generated = `${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`;

const file = join(packageRoot(), 'README.md');
const readme = readFileSync(file, 'utf8');
const from = readme.indexOf(begin);
const to = readme.indexOf(end, from);
if (from < 0 || to < 0) throw new Error(`README.md has no ${begin.trim()} … ${end}`);
const updated = `${readme.slice(0, from + begin.length)}\n${generated}\n${readme.slice(to)}`;

if (updated === readme) console.log('the support table is up to date');
else if (values.check) {
  console.error('the support table in README.md is not what targets.ts makes: run "npm run docs"');
  process.exitCode = 1;
} else {
  writeFileSync(file, updated);
  console.log('the support table was written');
}
