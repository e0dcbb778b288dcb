import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatsIn, packageName, supportedVersions, targets } from '../overlays/cartesia/targets.ts';
import { completePatch } from '../patching/complete-patch.ts';
import { formatManifest } from '../patching/format-manifest.ts';
import { crc32, sha256 } from '../patching/hashes.ts';
import { type Insertion, insert } from '../patching/insert.ts';
import {
  type Hook,
  hooksFor,
  importFile,
  importText,
  lastUpdate,
  runtimeFile,
  runtimeTypesFile,
} from '../patching/insertions.ts';
import { type FileEntry, type Manifest, parseManifest, type VersionEntry } from '../patching/manifest.ts';
import { seal } from '../patching/seal.ts';
import { bundleRuntime, runtimeTypes } from './bundle-runtime.ts';
import { type FileChange, type Header, makePatch } from './make-patch.ts';

export const patchFolder = `patches/${packageName}`;
const runtimeEntry = 'overlays/cartesia/runtime.ts';

interface Lockfile {
  packages: Record<string, { name?: string; version?: string; integrity?: string }>;
}

/**
 * Every generated file, by its path below `root`. Depends on the sources, the lockfile and the pinned packages only.
 */
export async function generate(root: string): Promise<Map<string, string>> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const added = new Map([
    [importFile, { source: 'import.cjs', text: seal(version, importText) }],
    [runtimeFile, { source: 'runtime.cjs', text: await bundleRuntime(root, version, runtimeEntry) }],
    [runtimeTypesFile, { source: 'runtime.d.cts', text: runtimeTypes(root, version) }],
  ]);
  const addedTexts = new Map([...added].map(([path, { text }]) => [path, text]));
  const committed = readCommitted(root);
  const files = new Map<string, string>();
  const versions: Record<string, VersionEntry> = {};
  for (const sdk of supportedVersions) {
    const { folder, integrity } = pinned(root, sdk);
    const changes: FileChange[] = [];
    const entries: Record<string, FileEntry> = {};
    for (const [path, { source, text }] of added) {
      const format = path.endsWith('.cjs') && { format: 'cjs' as const };
      entries[path] = { pre: null, post: sha256(text), crc32: crc32(Buffer.from(text)), ...format, source };
    }
    for (const hook of hooksOf(sdk)) {
      const pristine = readFileSync(join(folder, hook.file));
      const known = committed?.versions[sdk]?.files[hook.file]?.pre;
      if (known && known !== sha256(pristine)) {
        throw new Error(
          `${join(folder, hook.file)} is not what ${patchFolder}/manifest.json was made from: run "npm ci"`,
        );
      }
      const insertions = [...around(pristine, hook, sdk), { offset: place(pristine, hook, sdk), text: hook.text }];
      const post = insert(pristine, insertions);
      const hashes = { pre: sha256(pristine), post: sha256(post), crc32: crc32(pristine) };
      entries[hook.file] = { ...hashes, ...(hook.format && { format: hook.format }), insertions };
      changes.push({ path: hook.file, pre: pristine.toString(), post: post.toString() });
    }
    const patch = makePatch(headerFor(sdk, version), changes);
    const complete = completePatch(patch, addedTexts);
    files.set(`${patchFolder}/${sdk}.patch`, patch);
    versions[sdk] = { integrity, patch: sha256(complete), builds: formatsIn(sdk), files: entries };
  }
  const manifest = formatManifest({ package: packageName, license: 'Apache-2.0', hangup: version, versions });
  files.set(`${patchFolder}/manifest.json`, manifest);
  for (const { source, text } of added.values()) files.set(`${patchFolder}/${source}`, text);
  return files;
}

const targetsOf = (sdk: string) => targets.filter((target) => target.versions.includes(sdk));

function hooksOf(sdk: string): Hook[] {
  const hooks = targetsOf(sdk).flatMap(hooksFor);
  return hooks.sort((a, b) => (a.file < b.file ? -1 : 1));
}

/**
 * The pinned, published package. npm compared the tarball with the lockfile's integrity when it installed it; here the
 * install must be of that lockfile, and the files must have the hashes that the committed manifest knows (see the caller).
 */
function pinned(root: string, sdk: string): { folder: string; integrity: string } {
  const alias = `node_modules/cartesia-${sdk}`;
  const folder = join(root, alias);
  if (!existsSync(join(folder, 'package.json'))) {
    const line = `"cartesia-${sdk}": "npm:${packageName}@${sdk}"`;
    throw new Error(
      `${alias} is missing: add ${line} to the dependencies in test/sdks/package.json and run "npm install"`,
    );
  }
  const read = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8')) as Lockfile;
  const locked = read('package-lock.json').packages[alias];
  const installed = read('node_modules/.package-lock.json').packages[alias];
  const itself = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string; version: string };
  const wanted = locked?.name === packageName && locked.version === sdk && locked.integrity !== undefined;
  if (!wanted || installed?.integrity !== locked.integrity || itself.name !== packageName || itself.version !== sdk) {
    throw new Error(`${alias} is not the ${packageName} ${sdk} that package-lock.json pins: run "npm ci"`);
  }
  return { folder, integrity: locked.integrity! };
}

/**
 * The byte offset of an insertion: the end of the file, but before a last line that names the source map. Lines above keep
 * their numbers, so the published source maps stay right.
 */
export function place(pristine: Buffer, hook: Hook, sdk: string): number {
  for (const text of hook.requires) find(pristine, text, hook, sdk);
  const sourceMap = pristine.lastIndexOf('\n//# sourceMappingURL=');
  const offset = sourceMap < 0 ? pristine.length : sourceMap + 1;
  if (pristine[offset - 1] === 0x0a) return offset;
  throw new Error(`${packageName} ${sdk}, ${hook.file}: the last line does not end`);
}

/** The byte offset of an anchor that is there exactly once. */
function find(pristine: Buffer, text: string, hook: Hook, sdk: string): number {
  const first = pristine.indexOf(text);
  if (first >= 0 && pristine.indexOf(text, first + 1) < 0) return first;
  const fault = first < 0 ? 'is missing' : 'is ambiguous';
  throw new Error(`${packageName} ${sdk}, ${hook.file}: the anchor ${JSON.stringify(text)} ${fault}`);
}

/** The insertions before and after a published line. */
function around(pristine: Buffer, hook: Hook, sdk: string): Insertion[] {
  if (hook.around === undefined) return [];
  const { line, before, after } = hook.around;
  const offset = find(pristine, `\n${line}`, hook, sdk) + 1;
  return [
    { offset, text: before },
    { offset: offset + Buffer.byteLength(line), text: after },
  ];
}

function readCommitted(root: string): Manifest | undefined {
  const file = join(root, patchFolder, 'manifest.json');
  return existsSync(file) ? parseManifest(readFileSync(file, 'utf8')) : undefined;
}

function headerFor(sdk: string, version: string): Header {
  const classes = targetsOf(sdk).map((target) => target.className);
  const changed = hooksOf(sdk).map((hook) => hook.file);
  const description = [
    `bounded disconnect() for ${classes.join(', ')}`,
    'The published client has no call that surely ends a connection: a close can wait for ever, a receive loop can end',
    'without a word, and a late cancel() dials again. This adds disconnect(force), connected and Symbol.asyncDispose.',
    `Changed files, by marked lines: ${changed.join(', ')}.`,
  ];
  const additions = [
    [importFile, runtimeFile, runtimeTypesFile].join(' '),
    "The patch in hangup's repository lacks these files, so it does not stand alone.",
    `The command "hangup export npm --version ${sdk}" prints the complete patch.`,
  ].join('\n');
  return [
    ['Description', description.join('\n')],
    ['Origin', `other, generated by "npm run regen" of hangup ${version}; do not edit`],
    ['Forwarded', 'no, upstream would rather take a change of its own source than a bundled runtime'],
    ['Applied-Upstream', 'no'],
    ['Last-Update', lastUpdate],
    ['X-Package', `${packageName} ${sdk}`],
    ['X-Adds', additions],
    [
      'X-Remove-When',
      'the bare SDK passes test/contract: from that version on no patch is made, see patches/README.md',
    ],
  ];
}
