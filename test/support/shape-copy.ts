import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { satisfies } from 'semver';
import type { Sdk } from '../../overlays/sdk.ts';
import { loadSdkList } from '../../patching/sdk-list.ts';
import { runtimeOf, withInstall } from '../../patching/shapes.ts';
import { replaceFile } from './link-folder.ts';

/** Writes the classes of a copy as the load hook loads them. test/register loads some of them by the load hook itself. */
export function shapeCopy(copy: string, { packageName }: Sdk, version: string): void {
  const { classes } = loadSdkList().shaped.find((one) => one.package === packageName)!;
  for (const one of classes.filter(({ range }) => satisfies(version, range))) {
    const file = join(copy, one.file);
    if (!existsSync(file)) continue;
    const shaped = withInstall(readFileSync(file, 'utf8'), one, runtimeOf(packageName));
    if (shaped === undefined) throw new Error(`${packageName} ${version}: ${one.file} has another shape`);
    replaceFile(file, shaped);
  }
}
