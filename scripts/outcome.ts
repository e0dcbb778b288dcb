import { type ErrorCode, errorCodes, exitCodes } from '../core/error-codes.ts';
import { PatchError } from '../core/errors.ts';
import type { CopyState, FileReport } from '../patching/classify.ts';
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
  /** The builds that can be loaded. Empty for a version without a patch. */
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
  copies: CopyResult[];
  /** Source folders that could not be searched. */
  skipped?: string[];
  /** Absent when copies are merely not as wanted: `copies` says which. */
  error?: { code: string; message: string };
}

/** Makes the entry of one copy in an outcome. */
export function resultOf(copy: Classified, action: Action): CopyResult {
  const { directory: path, name, version, state, files, set, archived } = copy;
  const { builds = [] } = set.versions[version] ?? {};
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

/** The most serious reason to refuse copies; `undefined` when there is none. */
export function refusal(copies: readonly Classified[]): PatchError | undefined {
  const foreign = copies.find((copy) => copy.state === 'foreign');
  if (foreign) {
    return new PatchError(
      'ERR_PATCH_FOREIGN',
      `${foreign.directory} (${foreign.version}) holds files that hangup does not know`,
      reasonsOf(foreign),
      'Nothing was changed. Delete that folder, install the package again, then run the command again',
    );
  }
  const unsupported = copies.find((copy) => copy.state === 'unsupported');
  if (!unsupported) return undefined;
  const { name, version, directory, set } = unsupported;
  return new PatchError(
    'ERR_PATCH_UNSUPPORTED',
    `${directory} is ${name} ${version}, which has no patch`,
    `this hangup has patches for ${Object.keys(set.versions).join(', ')}, and it does not try them on other versions`,
    'Nothing was changed. Install one of these versions, or a newer hangup',
  );
}

/** Each reason once, with the files that it holds for. */
function reasonsOf({ files }: Classified): string {
  const reasons = [...new Set(files.flatMap(({ reason }) => reason ?? []))];
  const filesWith = (one: string) => files.filter(({ reason }) => reason === one).map(({ path }) => path);
  return reasons.map((reason) => `${someOf(filesWith(reason))} ${reason}`).join('; ');
}

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
export function refusalOfArchives(copies: readonly Classified[], command: string): PatchError | undefined {
  const [copy] = copies;
  if (copy === undefined) return undefined;
  return new PatchError(
    'ERR_PATCH_ARCHIVE',
    `${copy.directory} is ${copy.state}, and hangup cannot change it`,
    "it is in an archive of Yarn Plug'n'Play",
    `Nothing was changed. Run "yarn ${command}", then "yarn install"`,
  );
}

/** The reason not to change copies in a store that other projects use too; `undefined` without such copies. */
export function refusalOfShared(copies: readonly Classified[], command: string): PatchError | undefined {
  const [copy] = copies;
  if (copy === undefined) return undefined;
  return new PatchError(
    'ERR_PATCH_SHARED',
    `${copy.directory} is ${copy.state}, and hangup does not change it`,
    'it is in a store outside the project, which other projects use too',
    `Nothing was changed. Run "npx ${command}" and install again. To change it for all projects, name that folder with --dir`,
  );
}

export function noSdk(directory: string, names: readonly string[]): PatchError {
  return new PatchError(
    'ERR_PATCH_NO_SDK',
    `no copy of ${names.join(' or ')} below ${directory}`,
    'it is not installed there',
    'Install it first, or name the project with --dir',
  );
}
