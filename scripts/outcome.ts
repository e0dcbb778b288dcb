import { PatchError } from '../core/errors.ts';
import type { CopyState, FileReport } from '../patching/classify.ts';
import type { Classified } from './disk/inspect.ts';
import type { BuildVerdict } from './probe/judge.ts';

/** The exit codes of every command. */
export const exitCodes = {
  ok: 0,
  /** Not patched, partial or stale; also a file or folder that cannot be read or written. */
  notPatched: 1,
  usage: 2,
  unsupported: 3,
  foreign: 4,
  noSdk: 5,
} as const;

/** What a command did to one copy; `would-…` is what it would do without `--check`. */
export type Action = 'none' | 'patched' | 'reverted' | 'would-patch' | 'would-revert' | 'refused' | 'skipped';

export interface CopyResult {
  path: string;
  package: string;
  version: string;
  /** As found, before the action. */
  state: CopyState;
  action: Action;
  /** The builds that can be loaded; none of a version without a patch. */
  builds: ('cjs' | 'esm')[];
  /** Of `verify`: how the patch reaches whoever loads this copy. */
  delivery?: 'disk' | 'load hook' | 'none';
  /** Of `verify --probe`: how each build behaves. Missing for a version without a patch. */
  probe?: BuildVerdict[];
  /** It is in an archive of Yarn Plug'n'Play, which hangup can read but not write. */
  archived?: true;
  files: FileReport[];
}

export interface Outcome {
  ok: boolean;
  exitCode: number;
  copies: CopyResult[];
  /** Source folders that could not be searched. */
  skipped?: string[];
  /** Missing when copies are merely not as wanted: `copies` says which. */
  error?: { code: string; message: string };
}

/** Reports what a command did to one copy. */
export function resultOf(copy: Classified, action: Action): CopyResult {
  const { directory: path, name, version, state, files, set, archived } = copy;
  const { builds = [] } = set.versions[version] ?? {};
  return { path, package: name, version, builds, state, action, files, ...(archived && { archived }) };
}

/** The outcome of an error that stopped a command before it had any copies to report. */
export function failure(error: unknown): Outcome {
  const code = error instanceof PatchError ? error.code : 'ERR_PATCH_IO';
  const message = error instanceof Error ? error.message : String(error);
  return { ok: false, exitCode: exitCodeOf(code), copies: [], error: { code, message } };
}

/** Whether an app that loads this copy has the patch, as far as `verify` knows. */
export const isDelivered = ({ delivery, probe = [] }: CopyResult): boolean =>
  delivery !== undefined && delivery !== 'none' && probe.every(({ patched }) => patched);

/** Why copies are refused, the most serious reason first; `undefined` when none is. */
export function refusal(copies: readonly Classified[]): PatchError | undefined {
  const foreign = copies.find((copy) => copy.state === 'foreign');
  if (foreign) {
    return new PatchError(
      'ERR_PATCH_FOREIGN',
      `${foreign.directory} (${foreign.version}) holds files that hangup does not know`,
      reasonsOf(foreign),
      'Nothing was changed. Delete that folder, reinstall the package, then run the command again',
    );
  }
  const unsupported = copies.find((copy) => copy.state === 'unsupported');
  if (!unsupported) return undefined;
  const { name, version, directory, set } = unsupported;
  return new PatchError(
    'ERR_PATCH_UNSUPPORTED',
    `${directory} is ${name} ${version}, which has no patch`,
    `this hangup knows ${Object.keys(set.versions).join(', ')}, and an unknown version is never guessed`,
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

/** Why copies in archives cannot be made as wanted. */
export function refusalOfArchives(copies: readonly Classified[], command: string): PatchError | undefined {
  const [copy] = copies;
  if (copy === undefined) return undefined;
  return new PatchError(
    'ERR_PATCH_ARCHIVE',
    `${copy.directory} is ${copy.state}`,
    "Yarn Plug'n'Play keeps it in an archive, which cannot be written",
    `Nothing was changed. Run "yarn ${command}", then "yarn install"`,
  );
}

/** Why copies in a store that other projects use too are not written. */
export function refusalOfShared(copies: readonly Classified[], command: string): PatchError | undefined {
  const [copy] = copies;
  if (copy === undefined) return undefined;
  return new PatchError(
    'ERR_PATCH_SHARED',
    `${copy.directory} is ${copy.state}`,
    'it is in a store outside the project, which other projects use too',
    `Nothing was changed. Run "npx ${command}" and install again, or name that folder with --dir to change it for all of them`,
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

const byCode: Readonly<Record<string, number>> = {
  ERR_PATCH_USAGE: exitCodes.usage,
  ERR_PATCH_NO_SDK: exitCodes.noSdk,
  ERR_PATCH_FOREIGN: exitCodes.foreign,
  ERR_PATCH_UNSUPPORTED: exitCodes.unsupported,
};

export const exitCodeOf = (code: string): number => byCode[code] ?? exitCodes.notPatched;
