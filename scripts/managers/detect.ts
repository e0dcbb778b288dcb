import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { coerce, major, minVersion, satisfies, valid } from 'semver';
import { PatchError } from '../../core/errors.ts';
import { listOf } from '../outcome.ts';
import { managers } from './index.ts';
import type { Manager } from './manager.ts';
import { type PackageJson, readPackageJson } from './package-json.ts';
import { findRoot, notAProject } from './project.ts';

/** The package manager of a project. */
export interface DetectedManager {
  manager: Manager;
  version: string;
  /** The source of its name and version, for people. */
  from: string;
  /** The user has named it with `--manager`. */
  isAsked?: true;
  /**
   * The command runs in an older version than the one that the project names, so that both may install the project. Only the
   * set-up for the older one works with both.
   */
  mixed?: { older: string; newer: number };
}

/**
 * Finds the project's root and its package manager.
 *
 * @param asked the value of `--manager`, `name@version`. It overrides the project's own files
 * @throws {PatchError} `ERR_PATCH_USAGE` when that cannot be told, `ERR_PATCH_CONFIG` on a package.json that cannot be read
 */
export function detect(directory: string, asked?: string): { root: string; detected: DetectedManager } {
  const root = findRoot(realpathSync(directory));
  if (!existsSync(join(root, 'package.json'))) throw notAProject(root, 'it has no package.json');
  const packageJson = readPackageJson(root);
  if (asked !== undefined) return { root, detected: { ...named(asked, '--manager', root), isAsked: true } };
  const detected = detectIn(root, packageJson);
  const mixed = mixedWith(userAgent(), detected);
  return { root, detected: mixed ? { ...detected, mixed } : detected };
}

function detectIn(root: string, { packageManager, devEngines }: PackageJson): DetectedManager {
  if (typeof packageManager === 'string') return named(packageManager, 'packageManager', root);
  const wanted = [devEngines?.packageManager ?? []].flat()[0] as { name?: string; version?: string } | undefined;
  if (wanted?.name !== undefined) {
    const version = wanted.version && minVersion(wanted.version)?.version;
    return named(version ? `${wanted.name}@${version}` : wanted.name, 'devEngines', root);
  }
  const lockfiles = managers.flatMap((manager) => manager.lockfiles.map((file) => ({ manager, file })));
  const found = lockfiles.filter(({ file }) => existsSync(join(root, file)));
  const candidates = new Set(found.map(({ manager }) => manager));
  const agent = userAgent();
  if (candidates.size === 1) return withVersion(found[0]!.manager, found[0]!.file, root, agent);
  if (agent !== undefined && (candidates.size === 0 || candidates.has(agent.manager))) return agent;
  const files = listOf(found.map(({ file }) => file));
  if (candidates.size > 1)
    throw unclear(`it has ${files}`, 'Remove the lockfiles that you do not use, or name the package manager');
  throw unclear(
    'it has neither a lockfile nor a "packageManager"',
    'Install the packages first, or name the package manager',
  );
}

function mixedWith(
  agent: DetectedManager | undefined,
  { manager, version }: DetectedManager,
): DetectedManager['mixed'] {
  if (agent?.manager !== manager) return undefined;
  const older = manager.deliveries.find(({ range, isForNewer }) => isForNewer && isIn(agent.version, range));
  const isSame = older === undefined || isIn(version, older.range);
  return isSame ? undefined : { older: agent.version, newer: major(version) };
}

const isIn = (version: string, range: string) => satisfies(version, range, { includePrerelease: true });

const managerNamed = (name: string | undefined) => managers.find((manager) => manager.name === name);

/** The manager that runs this command, as `npx` and the like tell it. */
function userAgent(): DetectedManager | undefined {
  const [, name, version] = /^(\w+)\/(\S+)/.exec(process.env.npm_config_user_agent ?? '') ?? [];
  const manager = managerNamed(name);
  return manager && valid(version) ? { manager, version: version!, from: 'the command that runs this' } : undefined;
}

/** @param text `name@version`. Corepack adds a plus sign and a hash */
function named(text: string, from: string, root: string): DetectedManager {
  const [, name, wanted] = /^([a-z]+)(?:@v?([^+]+).*)?$/.exec(text) ?? [];
  const manager = managerNamed(name);
  if (manager === undefined) throw unclear(`${from} says "${text}"`, 'Name the package manager');
  if (wanted === undefined) return withVersion(manager, from, root, userAgent());
  const version = valid(wanted) ?? (/^\d+(\.\d+)?$/.test(wanted) ? coerce(wanted)?.version : undefined);
  if (version === undefined)
    throw unclear(`${from} says "${text}", which names no version`, 'Name its version', manager.name);
  return { manager, version, from };
}

function withVersion(
  manager: Manager,
  from: string,
  root: string,
  agent: DetectedManager | undefined,
): DetectedManager {
  const { name } = manager;
  const locked = versionOfLockfile(manager, root);
  if (locked !== undefined) return { manager, version: locked, from: 'the form of its lockfile' };
  if (agent?.manager === manager) return { ...agent, from: `${from} and ${agent.from}` };
  try {
    const options = { cwd: root, encoding: 'utf8', timeout: 20_000, stdio: 'pipe' } as const;
    const env = { ...process.env, COREPACK_ENABLE_DOWNLOAD_PROMPT: '0' };
    // On Windows, managers are command files, and only a shell can start these.
    const shell = process.platform === 'win32';
    const version = valid(execFileSync(name, ['--version'], { ...options, env, shell }).trim());
    if (version !== null) return { manager, version, from: `${from} and "${name} --version"` };
  } catch {
    // It is not installed here.
  }
  throw unclear(
    `${from} says ${name}, and "${name} --version" does not work here`,
    `Install ${name}, or name its version`,
    name,
  );
}

function versionOfLockfile({ lockfiles, versionIn }: Manager, root: string): string | undefined {
  const file = lockfiles.map((name) => join(root, name)).find((path) => existsSync(path));
  return file && versionIn?.(readFileSync(file, 'utf8'));
}

/**
 * Its example has no version that somebody could copy: other versions may not read the patches of that one.
 *
 * @param next the thing to do, up to the option
 * @param manager the one that is known without its version
 */
function unclear(why: string, next: string, manager = '<name>'): PatchError {
  const known = listOf(managers.map(({ name }) => name));
  return new PatchError(
    'ERR_PATCH_USAGE',
    'the package manager of this project and its version are not clear',
    why,
    `${next}: --manager ${manager}@<version>, with the version that installs this project. hangup knows ${known}`,
  );
}
