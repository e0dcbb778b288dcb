import { bun } from './bun.ts';
import type { Manager, PatchForm } from './manager.ts';
import { npm } from './npm.ts';
import { patchPackage } from './patch-package.ts';
import { pnpm } from './pnpm.ts';
import { yarn } from './yarn.ts';

/** The package managers that hangup knows. */
export const managers: readonly Manager[] = [npm, pnpm, yarn, bun];

/** The tools that `hangup export` knows. */
export const forms: readonly PatchForm[] = [...managers, patchPackage];
