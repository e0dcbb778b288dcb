import { sdkOf } from '../../overlays/sdks.ts';
import { type LoadStatus, loadStatus } from '../../register/status.ts';
import type { CopyResult } from '../outcome.ts';
import { classesOf, loadedBare } from './classes.ts';

/** A copy of an SDK that has no patches on disk, and the classes of it that this thread has loaded without their seams. */
export interface LoadedByShape {
  result: CopyResult;
  bare: string[];
}

/** Lists the copies of SDKs without patches on disk that the load hook of this thread has met. */
export async function loadedByShape(): Promise<LoadedByShape[]> {
  const met = (loadStatus() ?? []).filter((status) => sdkOf(status.package)?.isByShape);
  const paths = [...new Set(met.map(({ path }) => path))];
  return Promise.all(paths.map((path) => look(met.filter((status) => status.path === path))));
}

async function look(met: readonly LoadStatus[]): Promise<LoadedByShape> {
  const { path, package: name, version } = met[0]!;
  const copy = { path, package: name, version };
  const refused = met.filter(({ state }) => state !== 'patched').map(({ file, state }) => `${file} (${state})`);
  const bare = [...refused, ...(await loadedBare(copy))];
  const builds = [...new Set(classesOf(copy).map(({ format }) => format))];
  const delivery = bare.length === 0 ? 'load hook' : 'none';
  return { bare, result: { ...copy, state: 'pristine', builds, action: 'none', delivery, files: [] } };
}
