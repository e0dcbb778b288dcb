import { fileOf, patchText } from './delivery.ts';
import type { Draft } from './draft.ts';
import type { Installed, PatchForm, Plan } from './manager.ts';

export const patchPackage: PatchForm = {
  name: 'patch-package',
  fileName: (name, version) => `${name.replace('/', '+')}+${version}.patch`,
  /** patch-package wants paths from the app's root, and nothing before the first diff. */
  convert(patch, name) {
    const folder = `node_modules/${name}/`;
    return patch
      .slice(patch.indexOf('diff --git '))
      .replaceAll(/^diff --git a\/(\S+) b\/(\S+)$/gm, `diff --git a/${folder}$1 b/${folder}$2`)
      .replaceAll(/^(---|\+\+\+) ([ab])\//gm, `$1 $2/${folder}`);
  },
};

/**
 * The plan for a project whose scripts run patch-package. `undefined` when they do not, and when a copy is nested or
 * aliased: patch-package cannot tell the versions of such copies apart.
 */
export function byPatchPackage(draft: Draft, installed: readonly Installed[]): Plan | undefined {
  const folder = patchPackageFolder(draft);
  if (folder === undefined) return undefined;
  const isPlain = ({ set, paths }: Installed) =>
    paths.length === 1 && paths[0]!.replaceAll('\\', '/') === `node_modules/${set.package}`;
  if (!installed.every(isPlain)) return undefined;
  const files = installed.map((one): [string, string] => [
    fileOf(patchPackage, one, folder),
    patchText(patchPackage, one.set, one.version),
  ]);
  // patch-package applies a patch to other versions too, as far as it fits, and exits 0: hence a script that looks.
  const script = { command: 'hangup verify', events: ['postinstall'] } as const;
  return { delivery: 'patch-package', script, files: new Map(files) };
}

/** The folder in which patch-package looks for patches; `undefined` where no script runs it. */
export function patchPackageFolder(draft: Draft): string | undefined {
  const scripts = Object.values((draft.member(['scripts']) ?? {}) as Record<string, unknown>);
  const script = scripts.find((script) => typeof script === 'string' && /(^|[\s/])patch-package\b/.test(script));
  if (script === undefined) return undefined;
  const [, folder = 'patches'] = /--patch-dir[= ]["']?([^\s"']+)/.exec(script as string) ?? [];
  return folder.replace(/^\.\/|\/$/g, '');
}

/** True when patch-package would apply a file of this name to the package. */
export function isPatchPackageFile(path: string, name: string): boolean {
  const file = path.slice(path.lastIndexOf('/') + 1);
  return `++${file}`.includes(`++${name.replace('/', '+')}+`) && file.endsWith('.patch');
}
