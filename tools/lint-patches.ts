import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import { applyPatch, parsePatch, type StructuredPatch } from 'diff';
import { aliasOf, type Sdk, versionsOf } from '../overlays/sdk.ts';
import { sdkOf, sdks } from '../overlays/sdks.ts';
import { readPatch } from '../patching/complete-patch.ts';
import { checksum, sha256 } from '../patching/hashes.ts';
import { insert, remove } from '../patching/insert.ts';
import { type Manifest, parseManifest } from '../patching/manifest.ts';
import { packageRoot } from '../patching/package-json.ts';
import { patchFolderOf } from './generate.ts';
import { headerFields } from './make-patch.ts';

// npm run lint runs this. It checks the committed patches as a reviewer would, without making them again, and exits 1 on a finding.
const root = packageRoot();
const findings: string[] = [];
const expect = (holds: unknown, file: string, finding: string) => holds || findings.push(`${file}: ${finding}`);

/** The committed patches of one SDK. */
interface Patches extends Manifest {
  sdk: Sdk;
  directory: string;
}
const read = ({ directory }: Patches, name: string) => readFileSync(join(directory, name), 'utf8');

/** The others have no patches on disk. */
const patched = sdks.filter(({ isByShape }) => !isByShape);
for (const sdk of patched) {
  const directory = join(root, patchFolderOf(sdk));
  const file = join(directory, 'manifest.json');
  if (existsSync(file)) lint({ ...parseManifest(readFileSync(file, 'utf8')), sdk, directory });
  else findings.push(`${patchFolderOf(sdk)}/manifest.json is missing: run "npm run regen"`);
}
for (const path of readdirSync(join(root, 'patches/upstream')).filter((name) => name.endsWith('.patch'))) {
  lintProposal(join(root, 'patches/upstream', path));
}
for (const finding of findings) console.error(finding);
if (findings.length > 0) process.exitCode = 1;
else console.log(`patches: ${patched.flatMap(versionsOf).length} patches, no findings`);

function lint(manifest: Patches): void {
  const supported = versionsOf(manifest.sdk);
  const patches = readdirSync(manifest.directory).filter((name) => name.endsWith('.patch'));
  const versions = patches.map((name) => name.slice(0, -'.patch'.length));
  for (const version of supported) {
    expect(versions.includes(version), version, 'is in targets.ts and has no patch');
    expect(Object.hasOwn(manifest.versions, version), version, 'is in targets.ts and not in manifest.json');
  }
  for (const version of [...versions, ...Object.keys(manifest.versions)]) {
    expect(supported.includes(version), version, 'has a patch or manifest entry and is not in targets.ts');
  }
  const notice = readFileSync(join(root, 'NOTICE'), 'utf8');
  expect(notice.includes(manifest.package), 'NOTICE', `does not mention ${manifest.package}`);
  const [license, number] = manifest.license.split('-');
  expect(
    notice.includes(`${license} License, Version ${number}`),
    'NOTICE',
    `does not name the license ${manifest.license}`,
  );
  for (const name of patches) if (Object.hasOwn(manifest.versions, name.slice(0, -6))) lintPatch(name, manifest);
}

function lintPatch(name: string, manifest: Patches): void {
  const text = read(manifest, name);
  const version = name.slice(0, -'.patch'.length);
  const { files } = manifest.versions[version]!;
  expect(!text.includes('\r'), name, 'has CR line ends');
  const fields = lintHeader(name, text, headerFields);
  expect(
    fields.get('X-Package') === `${manifest.package} ${version}`,
    name,
    'X-Package is not what the file name says',
  );
  const [added, published] = [true, false].map((isNew) =>
    Object.keys(files).filter((path) => (files[path]!.pre === null) === isNew),
  ) as [string[], string[]];
  expect(fields.get('X-Adds')?.split('\n')[0] === added.join(' '), name, 'X-Adds is not what manifest.json says');
  expect(pathsOf(text).join() === published.join(), name, 'does not change the files that manifest.json lists');
  try {
    const complete = readPatch(manifest, version);
    expect(pathsOf(complete).join() === Object.keys(files).join(), name, 'is not whole with the files that it adds');
    for (const part of parsePatch(complete)) lintPart(name, part, version, manifest);
  } catch (error) {
    findings.push(`${name}: ${(error as Error).message}`);
  }
}

function pathOf({ newFileName }: StructuredPatch): string {
  return newFileName?.replace(/^b\//, '') ?? '';
}

function pathsOf(patch: string): string[] {
  return parsePatch(patch).map(pathOf);
}

/** Checks a proposal to upstream: it is written by hand, for the sources that are published, and names nothing of hangup. */
function lintProposal(file: string): void {
  const name = basename(file);
  const text = readFileSync(file, 'utf8');
  const fields = lintHeader(
    name,
    text,
    headerFields.filter((field) => field !== 'X-Adds'),
  );
  const [packageName = '', version = ''] = fields.get('X-Package')?.split(' ') ?? [];
  expect(name === `${basename(packageName)}-${version}.patch`, name, 'X-Package is not what the file name says');
  const sdk = sdkOf(packageName);
  if (sdk === undefined || !versionsOf(sdk).includes(version)) {
    findings.push(`${name}: ${version} is no supported version of ${packageName}`);
    return;
  }
  expect(!text.includes('\r'), name, 'has CR line ends');
  expect(!/^\+.*hangup/im.test(text), name, 'names hangup in what it adds');
  for (const part of parsePatch(text)) {
    lintPaths(name, part);
    const path = pathOf(part);
    const published = join(root, 'node_modules', aliasOf(sdk, version));
    // Some packages have no sources.
    expect(path.startsWith('src/') || !existsSync(join(published, 'src')), name, `${path} is no source`);
    const pristine = join(published, path);
    const pre = part.oldFileName === '/dev/null' ? '' : readFileSync(pristine, 'utf8');
    expect(applyPatch(pre, part, { fuzzFactor: 0 }) !== false, name, `does not apply to ${path}`);
  }
}

/** Checks a DEP-3 header. @returns its fields */
function lintHeader(name: string, text: string, required: readonly string[]): Map<string, string> {
  const header = text.slice(0, text.indexOf('\ndiff --git '));
  const fields = new Map(
    [...header.matchAll(/^([A-Z][\w-]*): (.+(?:\n .+)*)/gm)].map(([, key, value]) => [key!, value!]),
  );
  for (const field of required) expect(fields.get(field)?.trim(), name, `the header has no ${field}`);
  expect(
    (fields.get('Description')?.split('\n').length ?? 0) > 1,
    name,
    'Description gives no reason below its first line',
  );
  expect(
    /^(no, .{10}|https:)/.test(fields.get('Forwarded') ?? ''),
    name,
    'Forwarded is neither an address nor "no" with a reason',
  );
  expect(/^\d{4}-\d\d-\d\d$/.test(fields.get('Last-Update') ?? ''), name, 'Last-Update is not a date');
  return fields;
}

function lintPaths(name: string, part: StructuredPatch): void {
  for (const side of [part.oldFileName ?? '', part.newFileName ?? '']) {
    const inside =
      side === '/dev/null' || (/^[ab]\/./.test(side) && posix.normalize(side) === side && !side.includes('\\'));
    expect(inside, name, `"${side}" is not a plain path inside the package`);
  }
  expect(part.newFileName?.startsWith('b/'), name, 'removes a file');
}

function lintPart(name: string, part: StructuredPatch, version: string, manifest: Patches): void {
  const path = pathOf(part);
  lintPaths(name, part);
  expect(!part.hunks.some((hunk) => hunk.lines.some((line) => line.startsWith('-'))), name, `removes lines of ${path}`);
  const file = manifest.versions[version]!.files[path];
  if (!file) return;
  const alias = aliasOf(manifest.sdk, version);
  const pristine = file.pre === null ? undefined : join(root, 'node_modules', alias, path);
  if (pristine && !existsSync(pristine)) {
    findings.push(`${name}: ${path} cannot be checked, ${alias} is not installed; run "npm ci"`);
    return;
  }
  const pre = pristine ? readFileSync(pristine) : Buffer.alloc(0);
  const post = applyPatch(pre.toString(), part, { fuzzFactor: 0, autoConvertLineEndings: false });
  expect(post !== false && sha256(post) === file.post, name, `does not give the post hash of ${path}`);
  if (file.pre === null) {
    expect(sha256(read(manifest, file.source)) === file.post, file.source, `is not the content of ${path}`);
    const size = Buffer.byteLength(read(manifest, file.source));
    expect(size === file.size, file.source, 'has another size in manifest.json');
    return;
  }
  expect(sha256(pre) === file.pre, name, `the pre hash of ${path} is not the published file's`);
  expect(checksum(pre) === file.checksum, name, `the checksum of ${path} is not the published file's`);
  const inserted = insert(pre, file.insertions);
  expect(sha256(inserted) === file.post, name, `the insertions of ${path} do not give its post hash`);
  expect(remove(inserted, file.insertions).equals(pre), name, `the insertions of ${path} cannot be taken out again`);
}
