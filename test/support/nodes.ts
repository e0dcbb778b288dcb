import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installOnDemand } from './on-demand.ts';
import { root } from './sdk.ts';

/**
 * The releases of Node under test, by major version: the pinned ones, of which the recorded results are, and the newest ones,
 * which `npm run nodes` writes. They come as npm packages of one binary each.
 */
const { pinned, newest } = JSON.parse(readFileSync(join(root, 'test/support/nodes.json'), 'utf8')) as Record<
  'pinned' | 'newest',
  Record<string, string>
>;

const folder = join(root, '.cache', 'nodes');
const ownMajor = Number.parseInt(process.versions.node, 10);
const installing = new Map<string, Promise<string>>();

/** The major versions that `nodeBinary()` can get, this process's own included. */
export const nodeMajors: readonly number[] = [...new Set([ownMajor, ...Object.keys(pinned).map(Number)])].sort();

/** Everything that `nodeRelease()` can get, oldest first: of each major version the pinned release and the newest one. */
export const nodeReleases: readonly string[] = [
  ...new Set([process.versions.node, ...Object.keys(pinned).flatMap((major) => [pinned[major]!, newest[major]!])]),
].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));

/**
 * Path of a Node binary of this major version, installed on the first call. This process's own major is this process's own
 * binary. Rejects with a sentence where there is no such package for this machine.
 */
export async function nodeBinary(major: number): Promise<string> {
  if (major === ownMajor) return process.execPath;
  const version = pinned[major];
  if (version === undefined) throw new Error(`no Node ${major}: there are ${nodeMajors.join(', ')}`);
  return nodeRelease(version);
}

/** Path of the Node binary of this very release, as `nodeBinary()` gets one. */
function nodeRelease(version: string): Promise<string> {
  if (version === process.versions.node) return Promise.resolve(process.execPath);
  let binary = installing.get(version);
  if (binary === undefined) {
    binary = install(version);
    installing.set(version, binary);
  }
  return binary;
}

/** As `nodeRelease()`; skips a test where the release cannot be installed, and says why. */
export function nodeOr(skip: (note: string) => never, version: string): Promise<string> {
  return nodeRelease(version).catch((error: Error) => skip(error.message.split('\n')[0]!));
}

async function install(version: string): Promise<string> {
  // A folder of its own per version: runs at the same time do not meet in one node_modules.
  const home = join(folder, version);
  const name = `node${Number.parseInt(version, 10)}`;
  const binary = join(home, 'node_modules', name, 'bin', 'node');
  if (existsSync(binary)) return binary;
  const spec = `${name}@npm:node-${process.platform}-${process.arch}@${version}`;
  await installOnDemand(home, spec);
  if (!existsSync(binary)) throw new Error(`${spec} holds no bin/node`);
  return binary;
}
