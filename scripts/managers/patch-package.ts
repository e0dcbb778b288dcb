import type { Draft } from './draft.ts';

/** The folder in which patch-package looks; `undefined` where no script runs it. */
export function patchPackageFolder(draft: Draft): string | undefined {
  const scripts = Object.values((draft.member(['scripts']) ?? {}) as Record<string, unknown>);
  const script = scripts.find((script) => typeof script === 'string' && /(^|[\s/])patch-package\b/.test(script));
  if (script === undefined) return undefined;
  const [, folder = 'patches'] = /--patch-dir[= ]["']?([^\s"']+)/.exec(script as string) ?? [];
  return folder.replace(/^\.\/|\/$/g, '');
}

/** Whether a file's name says that patch-package applies it to this package. */
export function isPatchPackageFile(path: string, name: string): boolean {
  const file = path.slice(path.lastIndexOf('/') + 1);
  return `++${file}`.includes(`++${name.replace('/', '+')}+`) && file.endsWith('.patch');
}
