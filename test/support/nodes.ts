import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installOnDemand } from './on-demand.ts';
import { root } from './sdk.ts';

/** Pinned: another release of Node is a change like any other. They come as npm packages of one binary each. */
const pinned: Readonly<Record<number, string>> = { 22: '22.23.3', 24: '24.21.0', 26: '26.9.0' };

const folder = join(root, '.cache', 'nodes');
const ownMajor = Number.parseInt(process.versions.node, 10);
const installing = new Map<number, Promise<string>>();

/** The major versions that `nodeBinary()` can get, this process's own included. */
export const nodeMajors: readonly number[] = [...new Set([ownMajor, ...Object.keys(pinned).map(Number)])].sort();

/**
 * Path of a Node binary of this major version, installed on the first call. This process's own major is this process's own
 * binary. Rejects with a sentence where there is no such package for this machine.
 */
export function nodeBinary(major: number): Promise<string> {
  if (major === ownMajor) return Promise.resolve(process.execPath);
  let binary = installing.get(major);
  if (binary === undefined) {
    binary = install(major);
    installing.set(major, binary);
  }
  return binary;
}

async function install(major: number): Promise<string> {
  const version = pinned[major];
  if (version === undefined) throw new Error(`no Node ${major}: there are ${nodeMajors.join(', ')}`);
  // A folder of its own per version: runs at the same time do not meet in one node_modules.
  const home = join(folder, version);
  const binary = join(home, 'node_modules', `node${major}`, 'bin', 'node');
  if (existsSync(binary)) return binary;
  const spec = `node${major}@npm:node-${process.platform}-${process.arch}@${version}`;
  await installOnDemand(home, spec);
  if (!existsSync(binary)) throw new Error(`${spec} holds no bin/node`);
  return binary;
}
