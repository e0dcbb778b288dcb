import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { PatchError } from '../../core/errors.ts';
import { loadPatchSets, type PatchSet } from '../../patching/patch-sets.ts';
import { inspectProject } from '../disk/inspect-project.ts';
import { patchText } from '../managers/delivery.ts';
import { forms } from '../managers/index.ts';
import { listOf, noPatch } from '../outcome.ts';

/** The names of the tools whose forms hangup knows. */
export const tools: readonly string[] = forms.map(({ name }) => name);

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
  const form = forms.find(({ name }) => name === tool);
  if (form === undefined) {
    const what = tool ? `"${tool}" is not a tool that hangup knows` : 'no tool was named';
    throw usage(what, `the tools are ${listOf(tools)}`);
  }
  const sets = loadPatchSets();
  const { set, version } = options.version === undefined ? installed(options.dir, sets) : named(options.version, sets);
  const fileName = form.fileName(set.package, version);
  const text = patchText(form, set, version);
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
  throw noPatch(sets[0]!, version, `there is no patch for ${version}`);
}

function installed(directory: string, sets: readonly PatchSet[]): { set: PatchSet; version: string } {
  const versions = [...new Set(inspectProject(directory, sets, false).copies.map((copy) => copy.version))];
  if (versions.length === 1) return named(versions[0]!, sets);
  const why = `${listOf(versions)} are installed`;
  throw usage(`the version to export is not clear in ${directory}`, why, 'Name it with --version');
}

function usage(what: string, why: string, next = 'Run "hangup export --help"'): PatchError {
  return new PatchError('ERR_PATCH_USAGE', what, why, next);
}
