import type { FileEntry, Manifest, StoredManifest, Variant } from './manifest.ts';

/** Makes the text of `manifest.json`, with new files first, as in the complete patches. */
export function formatManifest(manifest: Omit<Manifest, 'paths' | 'added'>): string {
  const variants = new Map<string, { path: string; variant: Variant }>();
  const versions: StoredManifest['versions'] = {};
  for (const [version, { files, ...entry }] of Object.entries(manifest.versions)) {
    versions[version] = entry;
    for (const [path, file] of Object.entries(files)) {
      const key = path + JSON.stringify(file);
      const known = variants.get(key);
      if (known === undefined) variants.set(key, { path, variant: { versions: [version], ...file } });
      else known.variant.versions.push(version);
    }
  }
  const isOld = (file: FileEntry) => Number(file.pre !== null);
  const all = [...variants.values()];
  const paths = [...new Set(all.map(({ path }) => path))].sort();
  const files: [string, Variant[]][] = paths.map((path) => [
    path,
    all.filter((one) => one.path === path).map(({ variant }) => variant),
  ]);
  files.sort(([, [a]], [, [b]]) => isOld(a!) - isOld(b!));
  const { package: name, license, hangup } = manifest;
  const stored: StoredManifest = { package: name, license, hangup, versions, files: Object.fromEntries(files) };
  return `${JSON.stringify(stored, null, 1)}\n`;
}
