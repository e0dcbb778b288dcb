import { spawn } from 'node:child_process';
import {
  cpSync,
  type Dirent,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll } from 'vitest';
import { formatManifest } from '../../patching/format-manifest.ts';
import { sha256 } from '../../patching/hashes.ts';
import { packageRoot } from '../../patching/package-json.ts';
import { loadPatchSets } from '../../patching/patch-sets.ts';
import type { CopyResult, Outcome } from '../../scripts/outcome.ts';
import { bundleSources } from './bundle.ts';

// Helpers for tests of the commands and the patches. All are about the one SDK that has patches on disk.

/** The folder of this repository. */
export const root = packageRoot();
export const patchSet = loadPatchSets()[0]!;
/** The versions with a patch, oldest first. */
export const versions = Object.keys(patchSet.versions);
export const newest = versions.at(-1)!;
/** The name of the package of the SDK. */
export const name = '@cartesia/cartesia-js';

export const filesOf = (version: string) => Object.entries(patchSet.versions[version]!.files);
export const pristineFolder = (version: string) => join(root, `node_modules/cartesia-${version}`);

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder outside the repository, because git does not apply patches to what a repository ignores. */
export function scratch(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'hangup-patching-')));
  folders.push(folder);
  return folder;
}

/** Copies a pinned version to a folder: the whole of it but for source maps, or only what a patch reads and changes. */
export function install(folder: string, version = newest, extent: 'whole' | 'slim' = 'slim'): string {
  if (extent === 'whole')
    cpSync(pristineFolder(version), folder, { recursive: true, filter: (path) => !path.endsWith('.map') });
  else {
    const published = filesOf(version).flatMap(([path, { pre }]) => (pre === null ? [] : path));
    for (const path of ['package.json', ...published]) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      cpSync(join(pristineFolder(version), path), join(folder, path));
    }
  }
  return folder;
}

/** Files that an interrupted run has left. */
export const debris = (dir: string): string[] => Object.keys(tree(dir)).filter((path) => path.endsWith('.tmp'));

/** A project with one slim copy in the usual place. */
export function project(version = newest): { dir: string; sdk: string } {
  const dir = scratch();
  writeFileSync(join(dir, 'package.json'), '{"name":"app","private":true}');
  return { dir, sdk: install(join(dir, 'node_modules', name), version) };
}

/** Not readdir's own recursion, which follows links from Node 22 on. */
function walk(folder: string): { path: string; entry: Dirent }[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return [{ path, entry }, ...(entry.isDirectory() ? walk(path) : [])];
  });
}

/** Every file and folder below a folder, with its content's hash and its mode. */
export function tree(folder: string): Record<string, string> {
  const lines = walk(folder).map(({ path, entry }): [string, string] => {
    const mode = (statSync(path, { throwIfNoEntry: false })?.mode ?? 0).toString(8);
    return [path.slice(folder.length + 1), entry.isFile() ? `${mode} ${sha256(readFileSync(path))}` : `${mode} folder`];
  });
  return Object.fromEntries(lines.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The files' identity on disk: unchanged only if nothing was written. */
export function identities(folder: string): Record<string, string> {
  return Object.fromEntries(
    walk(folder).map(({ path }) => {
      const { ino, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
      return [path, `${ino} ${mtimeNs} ${ctimeNs}`];
    }),
  );
}

/** The patch's files in a copy whose content is not what the manifest says; empty when the copy is patched. */
export function unlike(sdk: string, version: string, side: 'pre' | 'post'): string[] {
  return filesOf(version).flatMap(([path, entry]) => {
    const there = statSync(join(sdk, path), { throwIfNoEntry: false });
    return (there ? sha256(readFileSync(join(sdk, path))) : null) === entry[side] ? [] : path;
  });
}

export interface Run {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cwd?: string;
  /** Added to the environment; see child-control.ts. */
  env?: Record<string, string>;
  uid?: number;
  gid?: number;
  /** Ends it this many ms after its start. */
  kill?: { after: number; signal: NodeJS.Signals };
  /** Another hangup than this one: see `ownHangup()`. */
  home?: string;
}

/** Permissions do not bind root, so root runs such a child as nobody. */
export const unprivileged = (): { uid?: number; gid?: number } =>
  process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

const built = join(root, '.cache', `patching-${process.pid}`);
let building: Promise<void> | undefined;

/** Bundles the command line, once. */
function commandLine(): Promise<void> {
  folders.push(built);
  const sources = ['scripts/cli.ts', 'scripts/probe/child.ts', 'test/support/child-control.ts'];
  building ??= bundleSources(
    sources.map((file) => join(root, file)),
    built,
    { entryNames: '[name]', splitting: true },
  );
  return building;
}

/** Runs the command line. */
export async function hangup(args: string[], options: RunOptions = {}): Promise<Run> {
  await commandLine();
  const preload = options.env ? ['--import', pathToFileURL(join(built, 'child-control.mjs')).href] : [];
  return run(process.execPath, [...preload, join(options.home ?? built, 'cli.mjs'), ...args], options);
}

/**
 * Makes an installed hangup of the caller's own, to tamper with. It knows the newest version alone, and lies inside the
 * repository, where its dependencies are.
 */
export async function ownHangup(): Promise<string> {
  await commandLine();
  const home = `${built}-${folders.length}`;
  folders.push(home);
  cpSync(built, home, { recursive: true });
  cpSync(join(root, 'package.json'), join(home, 'package.json'));
  const folder = join(home, 'patches', name);
  mkdirSync(folder, { recursive: true });
  for (const file of [`${newest}.patch`, 'import.cjs', 'runtime.cjs', 'runtime.d.cts'])
    cpSync(join(patchSet.directory, file), join(folder, file));
  const versions = { [newest]: patchSet.versions[newest]! };
  writeFileSync(join(folder, 'manifest.json'), formatManifest({ ...patchSet, versions }));
  return home;
}

/** Runs a script of this repository from its source. */
export const script = (file: string, args: string[] = []) =>
  run(process.execPath, ['--import', 'tsx', join(root, file), ...args], { cwd: root });

export function run(command: string, args: string[], { cwd, env, uid, gid, kill }: RunOptions = {}): Promise<Run> {
  const child = spawn(command, args, {
    cwd: cwd ?? root,
    env: { ...process.env, ...env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
  });
  const result: Run = { code: null, signal: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    result.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    result.stderr += text;
  });
  const timer = kill && setTimeout(() => child.kill(kill.signal), kill.after);
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ ...result, code, signal });
    });
  });
}

export const outcomeOf = ({ stdout }: Run): Outcome => JSON.parse(stdout) as Outcome;

export const states = ({ copies }: { copies: CopyResult[] }) => copies.map(({ state, action }) => `${state} ${action}`);
