import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ErrorCode, errorCodes, exitCodes } from '../core/error-codes.ts';
import { PatchError } from '../core/errors.ts';
import { type CopyState, type FileReport, lineEndsOfPatch } from '../patching/classify.ts';
import { noPatchFor, type PatchSet } from '../patching/patch-sets.ts';
import type { Classified } from './disk/inspect.ts';
import type { BuildVerdict } from './probe/judge.ts';

export { exitCodes } from '../core/error-codes.ts';

/** The action of a command on one copy. `would-…` names an action that `--check` left out. */
export type Action = 'none' | 'patched' | 'reverted' | 'would-patch' | 'would-revert' | 'refused' | 'skipped';

export interface CopyResult {
  path: string;
  package: string;
  version: string;
  /** As found, before the action. */
  state: CopyState;
  action: Action;
  /** The builds that can be loaded. Empty for a version without a patch, and without a build that a copy does not hold. */
  builds: ('cjs' | 'esm')[];
  /** The way of the patch into a process that loads this copy. `verify` sets it. */
  delivery?: 'disk' | 'load hook' | 'none';
  /** The behaviour of each build. `verify --probe` sets it, except for a version without a patch. */
  probe?: BuildVerdict[];
  /** The copy is in an archive of Yarn Plug'n'Play, which hangup can read but not write. */
  archived?: true;
  files: FileReport[];
}

export interface Outcome {
  ok: boolean;
  exitCode: number;
  /** The root of the project. Absent when the command has found no project. */
  root?: string;
  copies: CopyResult[];
  /** Source folders that could not be searched. */
  skipped?: string[];
  /** The caches of bundlers that may hold the SDK as it was before `apply` changed it. */
  caches?: string[];
  /** Absent when copies are merely not as wanted: `copies` says which. */
  error?: { code: string; message: string };
}

/** Makes the entry of one copy in an outcome. */
export function resultOf(copy: Classified, action: Action): CopyResult {
  const { directory: path, name, version, state, files, set, archived } = copy;
  const entry = set.versions[version];
  const present = files.filter(({ state }) => state !== 'missing').map(({ path }) => entry?.files[path]);
  const builds = (entry?.builds ?? []).filter((build) => present.some((file) => file?.pre && file.format === build));
  return { path, package: name, version, builds, state, action, files, ...(archived && { archived }) };
}

/** The outcome of an error that stopped a command before it had any copies to report. */
export function failure(error: unknown): Outcome {
  // Commands that are loaded on demand bring their own copy of the class PatchError, so the code decides.
  const own = (error as { code?: unknown } | undefined)?.code;
  const code = typeof own === 'string' && Object.hasOwn(errorCodes, own) ? own : 'ERR_PATCH_IO';
  const message = error instanceof Error ? error.message : String(error);
  return { ok: false, exitCode: exitCodeOf(code), copies: [], error: { code, message } };
}

/** The exit code of a command that ends with this error code. */
export const exitCodeOf = (code: string): number => errorCodes[code as ErrorCode] ?? exitCodes.notPatched;

/** True when an app that loads this copy has the patch, as far as `verify` knows. */
export const isDelivered = ({ delivery, probe = [] }: CopyResult): boolean =>
  delivery !== undefined && delivery !== 'none' && probe.every(({ patched }) => patched);

/** Begins the advice of a command that could have changed something. `verify` never does. */
const unchanged = 'Nothing was changed. ';

/**
 * The most serious reason to refuse copies; `undefined` when there is none.
 *
 * @param root the folder of the project, whose patch files may be to blame
 */
export function refusal(copies: readonly Classified[], root: string, kept = unchanged): PatchError | undefined {
  const foreign = copies.find((copy) => copy.state === 'foreign');
  if (foreign) {
    const isByPatch = foreign.files.some(({ reason }) => reason === lineEndsOfPatch);
    const file = isByPatch ? patchWithCarriageReturns(root, foreign.version) : undefined;
    const next = isByPatch
      ? `Run "npx hangup init --yes", which writes ${file ?? 'the patch file'} again, delete that folder and install again`
      : 'Delete that folder, install the package (or build that output) again, then run the command again. Where another tool patches the package, use overlay() in place of the patch';
    return new PatchError(
      'ERR_PATCH_FOREIGN',
      `${foreign.directory} (${foreign.version}) holds files that hangup does not know`,
      reasonsOf(foreign),
      kept + next,
    );
  }
  const unsupported = copies.find((copy) => copy.state === 'unsupported');
  if (!unsupported) return undefined;
  const { name, version, directory, set } = unsupported;
  return noPatch(set, version, `${directory} is ${name} ${version}, which has no patch`, kept);
}

/** Makes the error for a version without a patch. */
export function noPatch(set: PatchSet, version: string, what: string, kept = ''): PatchError {
  const { why, next } = noPatchFor(set, version);
  return new PatchError('ERR_PATCH_UNSUPPORTED', what, why, kept + next);
}

/** The patch file of a version that has CRLF line ends, with its path from the project. */
function patchWithCarriageReturns(root: string, version: string): string | undefined {
  const folder = join(root, 'patches');
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(`${version}.patch`)) : [];
  const name = names.find((name) => readFileSync(join(folder, name)).includes('\r\n'));
  return name && `patches/${name}`;
}

/** Each reason once, with the files that it holds for. */
function reasonsOf({ files }: Classified): string {
  const reasons = [...new Set(files.flatMap(({ reason }) => reason ?? []))];
  const filesWith = (one: string) => files.filter(({ reason }) => reason === one).map(({ path }) => path);
  return reasons
    .map((reason) => {
      const paths = filesWith(reason);
      return `${someOf(paths)} ${paths.length > 1 ? inPlural(reason) : reason}`;
    })
    .join('; ');
}

/** The reasons are told of one file each. */
const inPlural = (reason: string): string =>
  reason
    .replace(/^is a (file|symbolic link)/, 'are $1s')
    .replace(/^is not a file/, 'are not files')
    .replace(/^is /, 'are ')
    .replace(/^has /, 'have ')
    .replace(/^was /, 'were ')
    .replace(/^carries /, 'carry ')
    .replace(/^lies /, 'lie ');

/** The first few of many. */
export function someOf(texts: readonly string[]): string {
  const most = 3;
  const more = texts.length - most;
  return `${texts.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** `a`; `a and b`; `a, b and c`. */
export function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** The reason not to change copies in archives; `undefined` without such copies. */
export function refusalOfArchives(
  copies: readonly Classified[],
  command: string,
  kept = unchanged,
): PatchError | undefined {
  const [copy] = copies;
  if (copy === undefined) return undefined;
  return new PatchError(
    'ERR_PATCH_ARCHIVE',
    `${copy.directory} is ${copy.state}, and hangup cannot change it`,
    "it is in an archive of Yarn Plug'n'Play",
    `${kept}Run "yarn ${command}", then "yarn install"`,
  );
}

/** The reason not to change copies in a store that other projects use too; `undefined` without such copies. */
export function refusalOfShared(
  copies: readonly Classified[],
  command: string,
  kept = unchanged,
): PatchError | undefined {
  const [copy] = copies;
  if (copy === undefined) return undefined;
  return new PatchError(
    'ERR_PATCH_SHARED',
    `${copy.directory} is ${copy.state}, and hangup does not change it`,
    'it is in a store outside the project, which other projects use too',
    `${kept}Run "npx ${command}" and install again. To change it for all projects, name that folder with --dir`,
  );
}

/** @param elsewhere a copy below the folder that is not the project's */
export function noSdk(directory: string, names: readonly string[], elsewhere?: string): PatchError {
  return new PatchError(
    'ERR_PATCH_NO_SDK',
    `no copy of ${names.join(' or ')} in the project ${directory}`,
    elsewhere === undefined
      ? 'it is not installed there'
      : `one is in ${elsewhere}, which this project did not install`,
    elsewhere === undefined
      ? 'Install it first, or name the project with --dir. Other SDKs that hangup covers need no patch on disk: use overlay(), or node --import hangup/register'
      : 'Name the project of that copy with --dir, or change every copy below this folder with --recursive',
  );
}
