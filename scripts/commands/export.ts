import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { PatchError } from '../../core/errors.ts';
import { readPatch } from '../../patching/complete-patch.ts';
import { loadPatchSets, type PatchSet } from '../../patching/patch-sets.ts';
import { inspect, namesOf } from '../disk/inspect.ts';

/** The form in which a tool that applies patches by itself wants them. */
interface Form {
  /** The name it looks for, or suggests, in its folder of patches. */
  fileName(name: string, version: string): string;
  convert(patch: string, name: string): string;
}

const asItIs = (patch: string): string => patch;

/** patch-package wants paths from the app's root, and nothing in front of the first diff. */
function fromAppRoot(patch: string, name: string): string {
  const folder = `node_modules/${name}/`;
  return patch
    .slice(patch.indexOf('diff --git '))
    .replaceAll(/^diff --git a\/(\S+) b\/(\S+)$/gm, `diff --git a/${folder}$1 b/${folder}$2`)
    .replaceAll(/^(---|\+\+\+) ([ab])\//gm, `$1 $2/${folder}`);
}

export const forms: Readonly<Record<string, Form>> = {
  npm: { fileName: (name, version) => `${name.replace('/', '+')}+${version}.patch`, convert: asItIs },
  pnpm: { fileName: (name, version) => `${name.replace('/', '__')}@${version}.patch`, convert: asItIs },
  yarn: { fileName: (name, version) => `${name.replace('/', '-')}-npm-${version}.patch`, convert: asItIs },
  bun: { fileName: (name, version) => `${name.replace('/', '%2F')}@${version}.patch`, convert: asItIs },
  'patch-package': { fileName: (name, version) => `${name.replace('/', '+')}+${version}.patch`, convert: fromAppRoot },
};

export interface Exported {
  package: string;
  version: string;
  /** The name that the tool gives such a file. */
  fileName: string;
  /** The file that it was written to. Missing when none was asked for. */
  path?: string;
  text: string;
}

/**
 * Makes the patch of one version in a tool's own form.
 *
 * @param options `version`: by default the one that is installed below `dir`; `output`: a file to write
 * @throws {PatchError} `ERR_PATCH_USAGE` on a tool that hangup does not know, and when not just one version is installed;
 * `ERR_PATCH_UNSUPPORTED` on a version without a patch; `ERR_PATCH_INSTALL`; `ERR_PATCH_IO`
 */
export function exportPatch(tool: string, options: { dir: string; version?: string; output?: string }): Exported {
  const form = Object.hasOwn(forms, tool) ? forms[tool] : undefined;
  if (form === undefined) {
    const known = Object.keys(forms).join(', ');
    throw usage(tool ? `"${tool}" is no tool that hangup knows` : 'no tool was named', `the tools are ${known}`);
  }
  const sets = loadPatchSets();
  const { set, version } = options.version === undefined ? installed(options.dir, sets) : named(options.version, sets);
  const fileName = form.fileName(set.package, version);
  const text = form.convert(readPatch(set, version), set.package);
  const exported = { package: set.package, version, fileName, text };
  if (options.output === undefined) return exported;
  const path = resolve(options.dir, options.output);
  try {
    writeFileSync(path, text);
  } catch (error) {
    const next = 'Name a file in a folder that exists and can be written';
    throw new PatchError('ERR_PATCH_IO', `cannot write ${path}`, (error as Error).message, next, { cause: error });
  }
  return { ...exported, path };
}

function named(version: string, sets: readonly PatchSet[]): { set: PatchSet; version: string } {
  const set = sets.find((set) => Object.hasOwn(set.versions, version));
  if (set !== undefined) return { set, version };
  const known = sets.flatMap((set) => Object.keys(set.versions)).join(', ');
  throw new PatchError(
    'ERR_PATCH_UNSUPPORTED',
    `there is no patch for ${version}`,
    `hangup knows ${known}`,
    'Name one',
  );
}

function installed(directory: string, sets: readonly PatchSet[]): { set: PatchSet; version: string } {
  const versions = [...new Set(inspect(directory, sets).copies.map((copy) => copy.version))];
  if (versions.length === 1) return named(versions[0]!, sets);
  const why =
    versions.length === 0 ? `no ${namesOf(sets).join(' or ')} is installed` : `${versions.join(' and ')} are installed`;
  throw usage(`which version is meant in ${directory} is not clear`, why, 'Name it with --version');
}

function usage(what: string, why: string, next = 'Run "hangup export --help"'): PatchError {
  return new PatchError('ERR_PATCH_USAGE', what, why, next);
}
