import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aliasOf, formatsOf, type Sdk, targetsOf, versionsOf } from '../overlays/sdk.ts';
import { sdks } from '../overlays/sdks.ts';
import { completePatch } from '../patching/complete-patch.ts';
import { formatManifest } from '../patching/format-manifest.ts';
import { checksum, sha256 } from '../patching/hashes.ts';
import { type Insertion, insert } from '../patching/insert.ts';
import { type FileEntry, type Manifest, parseManifest, type VersionEntry } from '../patching/manifest.ts';
import { type SdkList, sdkListFile } from '../patching/sdk-list.ts';
import { seal } from '../patching/seal.ts';
import { bundleRuntime, runtimeTypes } from './bundle-runtime.ts';
import {
  type FileInsertion,
  importFile,
  importText,
  insertionsFor,
  runtimeFile,
  runtimeTypesFile,
  shapesOf,
} from './insertions.ts';
import { type FileChange, type Header, makePatch } from './make-patch.ts';

/** The folder of an SDK's generated files, relative to the root. */
export const patchFolderOf = ({ packageName }: Sdk) => `patches/${packageName}`;

interface Lockfile {
  packages: Record<string, { name?: string; version?: string; integrity?: string }>;
}

/** Every generated file, by its path below `root`. Depends on the sources, the lockfile and the pinned packages only. */
export async function generate(root: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const list: SdkList = { patched: [], shaped: [] };
  for (const sdk of sdks.filter(({ isByShape }) => !isByShape)) {
    for (const [file, text] of await generateFor(sdk, root)) files.set(file, text);
    const { paths, added } = parseManifest(files.get(`${patchFolderOf(sdk)}/manifest.json`)!);
    list.patched.push({ package: sdk.packageName, paths, added });
  }
  const hangup = versionOf(root);
  for (const sdk of sdks.filter(({ isByShape }) => isByShape)) {
    files.set(`${patchFolderOf(sdk)}/runtime.cjs`, await bundleRuntime(root, hangup, sdk));
    // For hangup/types/<sdk>.
    files.set(`${patchFolderOf(sdk)}/runtime.d.cts`, runtimeTypes(root, hangup));
    list.shaped.push(shapesOf(sdk));
  }
  files.set(`patches/${sdkListFile}`, `${JSON.stringify(list, undefined, 1)}\n`);
  return files;
}

function versionOf(root: string): string {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
}

async function generateFor(sdk: Sdk, root: string): Promise<Map<string, string>> {
  const folder = patchFolderOf(sdk);
  const hangup = versionOf(root);
  const added = new Map([
    [importFile, { source: 'import.cjs', text: seal(hangup, importText) }],
    [runtimeFile, { source: 'runtime.cjs', text: await bundleRuntime(root, hangup, sdk) }],
    [runtimeTypesFile, { source: 'runtime.d.cts', text: runtimeTypes(root, hangup) }],
  ]);
  const addedTexts = new Map([...added].map(([path, { text }]) => [path, text]));
  const committed = readCommitted(join(root, folder));
  const files = new Map<string, string>();
  const versions: Record<string, VersionEntry> = {};
  for (const version of versionsOf(sdk)) {
    const published = pinned(root, sdk, version);
    const changes: FileChange[] = [];
    const entries: Record<string, FileEntry> = {};
    for (const [path, { source, text }] of added) {
      const format = path.endsWith('.cjs') && { format: 'cjs' as const };
      entries[path] = { pre: null, post: sha256(text), size: Buffer.byteLength(text), ...format, source };
    }
    for (const insertion of insertionsFor(sdk, version)) {
      const { file, format } = insertion;
      const pristine = readFileSync(join(published.folder, file));
      const known = committed?.versions[version]?.files[file]?.pre;
      if (known && known !== sha256(pristine)) {
        throw new Error(
          `${join(published.folder, file)} is not what ${folder}/manifest.json was made from: run "npm ci"`,
        );
      }
      const insertions = placeAll(pristine, insertion, `${sdk.packageName} ${version}`);
      const post = insert(pristine, insertions);
      const hashes = { pre: sha256(pristine), post: sha256(post), checksum: checksum(pristine) };
      entries[file] = { ...hashes, ...(format && { format }), insertions };
      changes.push({ path: file, pre: pristine.toString(), post: post.toString() });
    }
    const patch = makePatch(headerFor(sdk, version, hangup), changes);
    files.set(`${folder}/${version}.patch`, patch);
    const complete = sha256(completePatch(patch, addedTexts));
    const { integrity } = published;
    versions[version] = { integrity, patch: complete, builds: formatsOf(sdk, version), files: entries };
  }
  const { packageName, license } = sdk;
  files.set(`${folder}/manifest.json`, formatManifest({ package: packageName, license, hangup, versions }));
  for (const { source, text } of added.values()) files.set(`${folder}/${source}`, text);
  return files;
}

/**
 * The pinned, published package. npm compared the tarball with the lockfile's integrity when it installed it. Here the
 * install must be of that lockfile, and the files must have the hashes that the committed manifest knows (see the caller).
 */
function pinned(root: string, sdk: Sdk, version: string): { folder: string; integrity: string } {
  const { packageName } = sdk;
  const alias = `node_modules/${aliasOf(sdk, version)}`;
  const folder = join(root, alias);
  if (!existsSync(join(folder, 'package.json'))) {
    const line = `"${aliasOf(sdk, version)}": "npm:${packageName}@${version}"`;
    throw new Error(
      `${alias} is missing: add ${line} to the dependencies in test/sdks/package.json and run "npm install"`,
    );
  }
  const read = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8')) as Lockfile;
  const locked = read('package-lock.json').packages[alias];
  const installed = read('node_modules/.package-lock.json').packages[alias];
  const itself = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string; version: string };
  const wanted = locked?.name === packageName && locked.version === version && locked.integrity !== undefined;
  if (
    !wanted ||
    installed?.integrity !== locked.integrity ||
    itself.name !== packageName ||
    itself.version !== version
  ) {
    throw new Error(`${alias} is not the ${packageName} ${version} that package-lock.json pins: run "npm ci"`);
  }
  return { folder, integrity: locked.integrity! };
}

/**
 * The insertions into one file, with their byte offsets. Lines go to the end of the file, but before a last line that names
 * the source map. Lines above keep their numbers, so the published source maps stay right.
 *
 * @param source package and version, for errors
 */
export function placeAll(pristine: Buffer, insertion: FileInsertion, source: string): Insertion[] {
  const { file, requires, text, around } = insertion;
  const find = (anchor: string) => findOnce(pristine, anchor, `${source}, ${file}`);
  for (const anchor of requires) find(anchor);
  const sourceMap = pristine.lastIndexOf('\n//# sourceMappingURL=');
  const end = sourceMap < 0 ? pristine.length : sourceMap + 1;
  if (pristine[end - 1] !== 0x0a) throw new Error(`${source}, ${file}: the last line does not end`);
  const atEnd = { offset: end, text };
  if (around === undefined) return [atEnd];
  const offset = find(`\n${around.line}`) + 1;
  return [
    { offset, text: around.before },
    { offset: offset + Buffer.byteLength(around.line), text: around.after },
    atEnd,
  ];
}

/** The byte offset of an anchor that is there exactly once. */
function findOnce(pristine: Buffer, anchor: string, where: string): number {
  const first = pristine.indexOf(anchor);
  if (first >= 0 && pristine.indexOf(anchor, first + 1) < 0) return first;
  const fault = first < 0 ? 'is missing' : 'is ambiguous';
  throw new Error(`${where}: the anchor ${JSON.stringify(anchor)} ${fault}`);
}

function readCommitted(folder: string): Manifest | undefined {
  const file = join(folder, 'manifest.json');
  return existsSync(file) ? parseManifest(readFileSync(file, 'utf8')) : undefined;
}

function headerFor(sdk: Sdk, version: string, hangup: string): Header {
  const classes = targetsOf(sdk, version).map((target) => target.className);
  const changed = insertionsFor(sdk, version).map(({ file }) => file);
  const description = [
    `bounded disconnect() for ${classes.join(', ')}`,
    ...sdk.reason,
    `Changed files, by marked lines: ${changed.join(', ')}.`,
  ];
  const additions = [
    [importFile, runtimeFile, runtimeTypesFile].join(' '),
    "The patch in hangup's repository lacks these files, so it does not stand alone.",
    `The command "hangup export npm --version ${version}" prints the complete patch.`,
  ].join('\n');
  return [
    ['Description', description.join('\n')],
    ['Origin', `other, generated by "npm run regen" of hangup ${hangup}; do not edit`],
    ['Forwarded', 'no, upstream would rather take a change of its own source than a bundled runtime'],
    ['Applied-Upstream', 'no'],
    ['Last-Update', sdk.lastUpdate],
    ['X-Package', `${sdk.packageName} ${version}`],
    ['X-Adds', additions],
    [
      'X-Remove-When',
      'the bare SDK passes test/contract: from that version on no patch is made, see patches/README.md',
    ],
  ];
}
