import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PatchError } from '../core/errors.ts';

/** Text to add at a byte offset of the published file. */
export interface Insertion {
  offset: number;
  text: string;
}

/**
 * What a patch does to one file of the package. All hashes are SHA-256 of the raw bytes, in hex. `crc32` is of what the load
 * hook starts from, the published file or a new one: it finds what was edited by mistake, and Node has it 3 ms sooner.
 */
export type FileEntry =
  | { pre: string; post: string; crc32: number; insertions: Insertion[] }
  /** A new file; `source` is its content's name beside the manifest. */
  | { pre: null; post: string; crc32: number; source: string };

export interface VersionEntry {
  /** The tarball that the hashes were taken from, as the lockfile states it. */
  integrity: string;
  /** SHA-256 of `<version>.patch`; see `readPatch()`. */
  patch: string;
  /** The builds that the version ships and that can be loaded, as `targets.ts` has them. */
  builds: ('cjs' | 'esm')[];
  files: Record<string, FileEntry>;
}

export interface Manifest {
  package: string;
  license: string;
  /** The version that made it. */
  hangup: string;
  versions: Record<string, VersionEntry>;
  /** Every file that some version's patch changes or adds. */
  paths: string[];
  /** Those that are added. */
  added: string[];
}

/** `manifest.json`. Most files are alike in several versions, and every process that verifies reads all of it. */
export interface StoredManifest extends Omit<Manifest, 'versions' | 'paths' | 'added'> {
  versions: Record<string, Omit<VersionEntry, 'files'>>;
  files: Record<string, Variant[]>;
}

/** A file's entry, and the versions that have it so. */
export type Variant = { versions: string[] } & FileEntry;

/** A manifest and the folder it was read from. */
export interface PatchSet extends Manifest {
  directory: string;
}

// Not imported, because an app may wait: ES modules of Node's own evaluate all that they export, streams and ciphers too.
const { existsSync, readdirSync, readFileSync } = process.getBuiltinModule('node:fs');

/** Its module is loaded when it is needed, because that takes 5 ms. */
export const sha256 = (bytes: Uint8Array | string): string =>
  process.getBuiltinModule('node:crypto').hash('sha256', bytes);

export const crc32 = (bytes: Uint8Array): number => process.getBuiltinModule('node:zlib').crc32(bytes);

/** As Node reads a package.json: it may begin with a byte order mark. */
export const parseJson = (text: string): unknown => JSON.parse(text.replace(/^\uFEFF/, ''));

/** hangup's own package root. The code runs from scripts/ and, published, from below dist/. */
export function packageRoot(): string {
  // In a CommonJS bundle it is undefined.
  const { url } = import.meta as { url?: string };
  const start = url === undefined ? process.cwd() : dirname(fileURLToPath(url));
  for (let directory = start; ; directory = dirname(directory)) {
    const file = join(directory, 'package.json');
    try {
      if (existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === 'hangup') return directory;
    } catch {
      // Somebody else's.
    }
    if (directory === dirname(directory)) break;
  }
  throw new PatchError(
    'ERR_PATCH_INSTALL',
    'hangup cannot find its own files',
    `no folder above ${start} is its package: it is bundled, or its installation is incomplete`,
    'Leave "hangup" out of the bundle, or install it again',
  );
}

/**
 * Every `patches/<package>/manifest.json`, scoped packages included.
 *
 * @throws {PatchError} `ERR_PATCH_INSTALL` when there are none, or one cannot be read
 */
export function loadPatchSets(patches = join(packageRoot(), 'patches')): PatchSet[] {
  try {
    const folders = readdirSync(patches, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const sets = folders
      .flatMap(({ name }) =>
        name.startsWith('@') ? readdirSync(join(patches, name)).map((sub) => join(name, sub)) : name,
      )
      .flatMap((name) => readPatchSet(join(patches, name)) ?? []);
    if (sets.length === 0) throw new Error('it holds no manifest');
    return sets;
  } catch (error) {
    throw damaged(`cannot read the patches in ${patches}`, (error as Error).message);
  }
}

export const damaged = (what: string, why: string) =>
  new PatchError('ERR_PATCH_INSTALL', what, why, 'The installed hangup is incomplete or damaged: install it again');

function readPatchSet(directory: string): PatchSet | undefined {
  const file = join(directory, 'manifest.json');
  // `upstream/` holds a proposal and no manifest.
  return existsSync(file) ? { ...parseManifest(readFileSync(file, 'utf8')), directory } : undefined;
}

/** What `formatManifest()` made a text of. Files are looked up on demand: most processes meet one version. */
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

/** The files of a version, and what they are after the patch, as a field of the hunks' header. */
export const filesField = (files: VersionEntry['files']): string =>
  Object.entries(files)
    .map(([path, { post }]) => `${path} ${post}`)
    .join('\n');

const checked = new WeakSet<VersionEntry>();

/**
 * Compares what the manifest says about one version with that version's hunks, which say it once more: hashes that
 * somebody has edited must not be believed.
 *
 * @throws {PatchError} `ERR_PATCH_INSTALL` when they contradict each other
 */
export function checkEntry(set: PatchSet, version: string): void {
  const entry = set.versions[version]!;
  if (checked.has(entry)) return;
  const name = `${version}.hunks`;
  const hunks = readPart(set, name).toString();
  const [, field = ''] = /^X-Files-SHA256: (.+(?:\n .+)*)/m.exec(hunks) ?? [];
  const said = new Map(field.split('\n ').map((line) => line.split(' ') as [path: string, post: string]));
  for (const [path, file] of Object.entries(entry.files)) {
    if (said.get(path) !== file.post) throw edited(set, version, `${name} makes something else of ${path}`);
    said.delete(path);
    if (file.pre === null) continue;
    const at = hunks.indexOf(`\ndiff --git a/${path} `);
    const lines = file.insertions.flatMap(({ text }) => text.split('\n').slice(0, -1));
    const isThere = at >= 0 && lines.length > 0 && lines.every((line) => hunks.includes(`\n+${line}\n`, at));
    if (!isThere) throw edited(set, version, `${name} changes ${path} in another way`);
  }
  if (said.size > 0) throw edited(set, version, `${name} is about ${[...said.keys()].join(', ')} too`);
  checked.add(entry);
}

/** @throws {PatchError} `ERR_PATCH_INSTALL` when a file beside the manifest cannot be read */
export function readPart({ directory }: PatchSet, name: string): Buffer {
  const file = join(directory, name);
  try {
    return readFileSync(file);
  } catch (error) {
    throw damaged(`cannot read ${file}`, (error as Error).message);
  }
}

const edited = ({ directory }: PatchSet, version: string, why: string) =>
  damaged(`${join(directory, 'manifest.json')} cannot be believed about ${version}`, `${why}, so it was edited`);

/** Adds the insertions to the published bytes. */
export function insert(pristine: Buffer, insertions: readonly Insertion[]): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (const { offset, text } of insertions) {
    parts.push(pristine.subarray(from, offset), Buffer.from(text));
    from = offset;
  }
  return Buffer.concat([...parts, pristine.subarray(from)]);
}

/** Takes the insertions out again; the caller compares the result's hash with `pre`. */
export function remove(patched: Buffer, insertions: readonly Insertion[]): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  let added = 0;
  for (const { offset, text } of insertions) {
    parts.push(patched.subarray(from, offset + added));
    added += Buffer.byteLength(text);
    from = offset + added;
  }
  return Buffer.concat([...parts, patched.subarray(from)]);
}
