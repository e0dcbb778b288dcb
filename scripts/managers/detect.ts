import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { coerce, minVersion, valid } from 'semver';
import { PatchError } from '../../core/errors.ts';

export const managerNames = ['npm', 'pnpm', 'yarn', 'bun'] as const;
export type ManagerName = (typeof managerNames)[number];

/** A package manager, and what it was recognised by. */
export interface Manager {
  name: ManagerName;
  version: string;
  from: string;
}

export interface Project {
  /** The folder with the lockfile: of a workspace, the root. */
  root: string;
  manager: Manager;
  /** The root's package.json. */
  manifest: Manifest;
}

export interface Manifest {
  packageManager?: unknown;
  devEngines?: { packageManager?: unknown };
  workspaces?: unknown;
  scripts?: Record<string, unknown>;
  [key: string]: unknown;
}

const lockfiles: Readonly<Record<string, ManagerName>> = {
  'npm-shrinkwrap.json': 'npm',
  'package-lock.json': 'npm',
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'yarn',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
};

export const hasLockfile = (directory: string): boolean =>
  Object.keys(lockfiles).some((name) => existsSync(join(directory, name)));

/**
 * Finds the project's root and its package manager.
 *
 * @param asked `--manager name@version`, which decides by itself
 * @throws {PatchError} `ERR_PATCH_USAGE` when that cannot be told, `ERR_PATCH_CONFIG` on a package.json that cannot be read
 */
export function detect(directory: string, asked?: string): Project {
  const root = realpathSync(findRoot(directory));
  const manifest = readManifestOf(root);
  return {
    root,
    manifest,
    manager: asked === undefined ? findManager(root, manifest) : named(asked, '--manager', root),
  };
}

/** A folder belongs to an enclosing project only where that one is a workspace. */
function findRoot(directory: string): string {
  for (let folder = directory; ; folder = dirname(folder)) {
    const isWorkspace = () =>
      existsSync(join(folder, 'pnpm-workspace.yaml')) || readManifestOf(folder).workspaces !== undefined;
    if (hasLockfile(folder) && existsSync(join(folder, 'package.json')) && (folder === directory || isWorkspace()))
      return folder;
    if (folder === dirname(folder)) break;
  }
  return directory;
}

function readManifestOf(root: string): Manifest {
  const file = join(root, 'package.json');
  try {
    const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof manifest !== 'object' || manifest === null) throw new Error('it holds no object');
    return manifest as Manifest;
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (isMissing) {
      const next = 'Run this in the app, or name the app with --dir';
      throw new PatchError('ERR_PATCH_USAGE', `${root} is no project`, 'it has no package.json', next);
    }
    const next = 'Nothing was changed. Mend it, then run the command again';
    throw new PatchError('ERR_PATCH_CONFIG', `cannot read ${file}`, (error as Error).message, next, { cause: error });
  }
}

function findManager(root: string, manifest: Manifest): Manager {
  if (typeof manifest.packageManager === 'string') return named(manifest.packageManager, 'packageManager', root);
  const wanted = [manifest.devEngines?.packageManager ?? []].flat()[0] as
    | { name?: string; version?: string }
    | undefined;
  if (wanted?.name !== undefined) {
    const version = wanted.version && minVersion(wanted.version)?.version;
    return named(version ? `${wanted.name}@${version}` : wanted.name, 'devEngines', root);
  }
  const found = Object.keys(lockfiles).filter((name) => existsSync(join(root, name)));
  const names = [...new Set(found.map((file) => lockfiles[file]!))];
  const agent = userAgent();
  if (names.length === 1) return withVersion(names[0]!, found[0]!, root, agent);
  if (agent !== undefined && (names.length === 0 || names.includes(agent.name))) return agent;
  throw unclear(
    names.length > 1 ? `there are ${found.join(' and ')}` : 'there is neither a lockfile nor a "packageManager"',
  );
}

/** Whoever runs this command, as `npx` and its like tell it. */
function userAgent(): Manager | undefined {
  const [, name, version] = /^(\w+)\/(\S+)/.exec(process.env.npm_config_user_agent ?? '') ?? [];
  const known = managerNames.find((one) => one === name);
  return known && valid(version) ? { name: known, version: version!, from: 'the command that runs this' } : undefined;
}

/** `name@version`; a hash after a plus sign is Corepack's. */
function named(text: string, from: string, root: string): Manager {
  const [, name, wanted] = /^([a-z]+)(?:@v?([^+]+).*)?$/.exec(text) ?? [];
  const known = managerNames.find((one) => one === name);
  if (known === undefined) throw unclear(`${from} says "${text}"`);
  if (wanted === undefined) return withVersion(known, from, root, userAgent());
  const version = valid(wanted) ?? (/^\d+(\.\d+)?$/.test(wanted) ? coerce(wanted)?.version : undefined);
  if (version === undefined) throw unclear(`${from} says "${text}", which names no version`);
  return { name: known, version, from };
}

function withVersion(name: ManagerName, from: string, root: string, agent: Manager | undefined): Manager {
  const atLeast = versionOfLockfile(name, root);
  if (atLeast !== undefined) return { name, version: atLeast, from: 'the form of its lockfile' };
  if (agent?.name === name) return { ...agent, from: `${from} and ${agent.from}` };
  try {
    const options = { cwd: root, encoding: 'utf8', timeout: 20_000, stdio: 'pipe' } as const;
    const env = { ...process.env, COREPACK_ENABLE_DOWNLOAD_PROMPT: '0' };
    // On Windows, managers are command files, which only a shell starts.
    const shell = process.platform === 'win32';
    const version = valid(execFileSync(name, ['--version'], { ...options, env, shell }).trim());
    if (version !== null) return { name, version, from: `${from} and "${name} --version"` };
  } catch {
    // It is not installed here: to be named.
  }
  throw unclear(`${from} says ${name}, and "${name} --version" does not work here`);
}

/** Some lockfiles can come from one line of versions only. */
function versionOfLockfile(name: ManagerName, root: string): string | undefined {
  const read = (file: string) => (existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '');
  if (name === 'npm') {
    const text = read('npm-shrinkwrap.json') || read('package-lock.json');
    return /^\s*"lockfileVersion": ?4,?$/m.test(text.slice(0, 500)) ? '12.0.0' : undefined;
  }
  if (name === 'yarn' && read('yarn.lock').includes('# yarn lockfile v1')) return '1.22.22';
  return undefined;
}

function unclear(why: string): PatchError {
  const next = `Name it: --manager npm@12.2.0, for example; hangup knows ${managerNames.join(', ')}`;
  return new PatchError('ERR_PATCH_USAGE', 'which package manager installs this project is not clear', why, next);
}
