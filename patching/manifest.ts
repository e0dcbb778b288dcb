import type { Insertion } from './insert.ts';

/** The module system of a file that Node loads. */
export type Format = 'cjs' | 'esm';

/**
 * Describes one file that a patch changes or adds. `pre` and `post` are its SHA-256 before and after, of the raw bytes, in hex.
 * The load hook takes the `checksum` of the published file, because a SHA-256 takes longer.
 */
export type FileEntry = {
  post: string;
  /** Missing for declarations. */
  format?: Format;
} & (
  | { pre: string; checksum: number; insertions: Insertion[] }
  /** A new file; `source` is the name of its content beside the manifest, which has `size` bytes. */
  | { pre: null; source: string; size: number }
);

export interface VersionEntry {
  /** Integrity of the tarball that the hashes were taken from, as the lockfile states it. */
  integrity: string;
  /** SHA-256 of the complete patch; see `readPatch()`. */
  patch: string;
  /** The builds that the version ships and that can be loaded, as `targets.ts` has them. */
  builds: Format[];
  files: Record<string, FileEntry>;
}

export interface Manifest {
  package: string;
  license: string;
  /** The version of hangup that made it. */
  hangup: string;
  versions: Record<string, VersionEntry>;
  /** Every file that the patch of some version changes or adds. */
  paths: string[];
  /** Those of `paths` that are added. */
  added: string[];
}

/** `manifest.json`. Most files are alike in several versions, and every process that verifies reads all of it. */
export interface StoredManifest extends Omit<Manifest, 'versions' | 'paths' | 'added'> {
  versions: Record<string, Omit<VersionEntry, 'files'>>;
  files: Record<string, Variant[]>;
}

/** A file's entry, and the versions that have it so. */
export type Variant = { versions: string[] } & FileEntry;

/** Parses what `formatManifest()` has made. Files are looked up on demand, because most processes meet one version. */
export function parseManifest(text: string): Manifest {
  const { files, ...stored } = JSON.parse(text) as StoredManifest;
  const versions = Object.entries(stored.versions).map(([version, entry]): [string, VersionEntry] => {
    let own: VersionEntry['files'] | undefined;
    const lazy = {
      ...entry,
      get files() {
        own ??= filesOf(version, files);
        return own;
      },
    };
    return [version, lazy];
  });
  const added = Object.keys(files).filter((path) => files[path]!.some(({ pre }) => pre === null));
  return { ...stored, versions: Object.fromEntries(versions), paths: Object.keys(files), added };
}

function filesOf(version: string, files: StoredManifest['files']): VersionEntry['files'] {
  const own: VersionEntry['files'] = {};
  for (const [path, variants] of Object.entries(files)) {
    const variant = variants.find(({ versions }) => versions.includes(version));
    if (variant === undefined) continue;
    const { versions: _, ...entry } = variant;
    own[path] = entry;
  }
  return own;
}
