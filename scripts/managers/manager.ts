import type { Delivery } from './delivery.ts';
import type { Place } from './draft.ts';

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
