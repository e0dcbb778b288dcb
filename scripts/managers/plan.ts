import { satisfies } from 'semver';
import { PatchError } from '../../core/errors.ts';
import { listOf } from '../outcome.ts';
import type { DetectedManager } from './detect.ts';
import type { Draft } from './draft.ts';
import type { Installed, Plan } from './manager.ts';
import { byPatchPackage } from './patch-package.ts';

/**
 * Makes the plan that fits a package manager, its version and the installed SDKs.
 *
 * @throws {PatchError} `ERR_PATCH_USAGE` for a version of the manager that is in no range of its deliveries
 */
export function planFor(detected: DetectedManager, draft: Draft, installed: readonly Installed[]): Plan {
  const { manager, version, isAsked = false } = detected;
  const { name, deliveries } = manager;
  const delivery = deliveries.find(({ range }) => satisfies(version, range, { includePrerelease: true }));
  if (delivery === undefined) {
    throw new PatchError(
      'ERR_PATCH_USAGE',
      `hangup does not know how ${name} ${version} takes a patch`,
      `it knows ${name} ${listOf(deliveries.map(({ range }) => range))}`,
      `Use one of these versions, or add "hangup apply" to the script "postinstall" of package.json`,
    );
  }
  const other = delivery.linksToStore ? undefined : byPatchPackage(draft, installed);
  return other ?? delivery.plan(installed, draft, isAsked);
}
