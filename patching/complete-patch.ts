import { damaged, type PatchSet, readPart, sha256 } from './manifest.ts';

/**
 * A patch from its two parts: what it changes (the header, and the diffs of published files), and the files that it adds.
 * The second part is the same for all versions and ten times as long, so it is published once.
 *
 * @param added texts by their path in the package; each ends with a newline
 */
export function completePatch(hunks: string, added: ReadonlyMap<string, string>): string {
  const body = hunks.indexOf('\ndiff --git ') + 1;
  return hunks.slice(0, body) + [...added].map(newFile).join('') + hunks.slice(body);
}

function newFile([path, text]: [path: string, text: string]): string {
  const lines = text.split('\n').slice(0, -1);
  const header = `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n`;
  return `${header}@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join('')}`;
}

/**
 * The complete patch of one version, as `patches/<package>/<version>.patch` of the repository has it, byte for byte.
 *
 * @throws {PatchError} `ERR_PATCH_INSTALL` when a part is missing, or the whole is not what the manifest says
 */
export function readPatch(set: PatchSet, version: string): string {
  const { files, patch } = set.versions[version]!;
  const read = (name: string) => readPart(set, name).toString();
  const added = Object.entries(files).flatMap(([path, file]): [string, string][] =>
    file.pre === null ? [[path, read(file.source)]] : [],
  );
  const text = completePatch(read(`${version}.hunks`), new Map(added));
  if (sha256(text) === patch) return text;
  throw damaged(
    `cannot put together the patch of ${set.package} ${version}`,
    `its parts in ${set.directory} are not those of manifest.json`,
  );
}
