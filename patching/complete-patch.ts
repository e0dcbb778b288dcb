import { sha256 } from './hashes.ts';
import { damaged, type PatchSet, readPart } from './patch-sets.ts';

/**
 * Makes the complete patch, which package managers take, from its two parts: the small patch (the header, and the diffs of
 * published files) and the files that it adds. The second part is the same for all versions and ten times as long, so it is
 * stored once.
 *
 * @param small text of `<version>.patch`
 * @param added texts by their path in the package; each ends with a newline
 */
export function completePatch(small: string, added: ReadonlyMap<string, string>): string {
  const body = small.indexOf('\ndiff --git ') + 1;
  return small.slice(0, body) + [...added].map(newFile).join('') + small.slice(body);
}

function newFile([path, text]: [path: string, text: string]): string {
  const lines = text.split('\n').slice(0, -1);
  const header = `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n`;
  return `${header}@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join('')}`;
}

/**
 * Reads the parts of one version's patch, and makes the complete patch.
 *
 * @throws {PatchError} `ERR_PATCH_INSTALL` when a part is missing, or the whole has not the hash that the manifest states
 */
export function readPatch(set: PatchSet, version: string): string {
  const { files, patch } = set.versions[version]!;
  const read = (name: string) => readPart(set, name).toString();
  const added = Object.entries(files).flatMap(([path, file]): [string, string][] =>
    file.pre === null ? [[path, read(file.source)]] : [],
  );
  const text = completePatch(read(`${version}.patch`), new Map(added));
  if (sha256(text) === patch) return text;
  throw damaged(
    `cannot put together the patch of ${set.package} ${version}`,
    `its parts in ${set.directory} are not those of manifest.json`,
  );
}
