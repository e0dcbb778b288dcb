import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './sdk.ts';

/** The Node.js releases under test beside the one that runs the tests. */
export const nodeReleases: Readonly<Record<number, string>> = { 22: '22.23.3', 24: '24.21.0', 26: '26.9.0' };

const folder = join(root, '.cache', 'nodes');
const asked = new Map<number, Promise<string | undefined>>();

/** The binary of a major version; installed when it is first asked for, from the registry's `node-<platform>` packages. */
export function nodeBinary(major: number): Promise<string | undefined> {
  const known = asked.get(major);
  if (known !== undefined) return known;
  const binary = find(major);
  asked.set(major, binary);
  return binary;
}

async function find(major: number): Promise<string | undefined> {
  if (Number(process.versions.node.split('.')[0]) === major) return process.execPath;
  const binary = join(folder, 'node_modules', `node${major}`, 'bin', 'node');
  if (existsSync(binary)) return binary;
  const spec = `node${major}@npm:node-${process.platform}-${process.arch}@${nodeReleases[major]}`;
  mkdirSync(folder, { recursive: true });
  const options = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder];
  try {
    // In the folder itself: npm would take the repository's workspaces for its project.
    await promisify(execFile)('npm', ['install', ...options, spec], { cwd: folder, timeout: 180_000 });
  } catch (error) {
    console.warn(`Node.js ${major} could not be installed: ${(error as Error).message.split('\n')[0]}`);
  }
  return existsSync(binary) ? binary : undefined;
}
