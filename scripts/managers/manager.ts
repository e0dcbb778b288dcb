import type { PatchSet } from '../../patching/patch-sets.ts';
import type { Draft, Place } from './draft.ts';

/** A tool that applies patches, and the form in which it takes them. */
export interface PatchForm {
  /** The tool's command. */
  readonly name: string;
  /** The name of a patch file in the tool's own style. */
  fileName(packageName: string, version: string): string;
  /** Turns the complete patch into the tool's form. Default: the patch as it is. */
  convert?(patch: string, packageName: string): string;
}

/** Everything that hangup knows of a package manager. */
export interface Manager extends PatchForm {
  /** Its command. `packageManager` and `devEngines` of package.json use the same name. */
  readonly name: string;
  /** The command that runs an installed package's program, as `npx` does. */
  readonly exec: string;
  /**
   * The command that puts hangup into the `dependencies` of package.json, from `devDependencies` too. It ends with the name, so
   * that a version or a file can follow.
   */
  readonly saveProd: string;
  readonly lockfiles: readonly string[];
  /** A file that makes its folder the root of a workspace. The `workspaces` of package.json do so for every manager. */
  readonly workspaceFile?: string;
  /** The version that a lockfile's text proves. `undefined` when several lines of versions write the same text. */
  versionIn?(lockfile: string): string | undefined;
  /** The places from which any of its versions reads patches. */
  readonly places: readonly Place[];
  /** One entry for each line of versions that takes patches in the same way. Other versions are refused. */
  readonly deliveries: readonly Delivery[];
}

/** The way of one line of versions to get the patch into the SDK. */
export interface Delivery {
  /** A semver range of the manager's versions. */
  range: string;
  /** Files in node_modules may be links into a store, and patch-package would write through them. */
  linksToStore?: true;
  /** It works with the newer versions too. Those have a way that is better: it needs no scripts. */
  isForNewer?: true;
  /** @param isAsked the user has named the version. Otherwise another machine may install with another one */
  plan(installed: readonly Installed[], draft: Draft, isAsked: boolean): Plan;
}

/** The content that a project needs so that the patch is applied. */
export interface Plan {
  /** The way of the patch into the SDK, for people. */
  delivery: string;
  /** `hangup apply` patches. `hangup verify` fails the install when the package manager has not patched. */
  script?: { command: 'hangup apply' | 'hangup verify'; events: readonly Event[] };
  /** Keys and values, and the place from which the package manager reads them. */
  entries?: { place: Place; values: Map<string, string> };
  /** The texts of patch files, by their path relative to the root. */
  files: Map<string, string>;
}

/** npm runs `postinstall` only after an install without arguments, and `dependencies` whenever node_modules has changed. */
export const events = ['postinstall', 'dependencies'] as const;
export type Event = (typeof events)[number];

/** A version of an SDK that a project has installed. */
export interface Installed {
  set: PatchSet;
  version: string;
  /** The names of the folders that hold it: the package's own, and aliases. */
  folders: Set<string>;
  /** The folders, relative to the root. A copy in an archive has the archive's path. */
  paths: string[];
  /** Every copy of it is patched. */
  isPatched: boolean;
  /** `hangup apply` may write into every copy of it. */
  isWritable: boolean;
  /** The folders, relative to the root, into which a patch with CRLF line ends was applied. An install may leave them so. */
  spoiled: string[];
}
