import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PatchError } from '../../core/errors.ts';
import { parsePackageJson } from '../../patching/package-json.ts';
import { editJson, type JsonValue } from './json-edit.ts';
import { editBlock, readBlock } from './yaml-block.ts';

/** The files of a project as they are to become. A draft writes nothing to disk. */
export class Draft {
  readonly root: string;
  readonly #before = new Map<string, string | null>();
  readonly #after = new Map<string, string | null>();

  constructor(root: string) {
    this.root = root;
  }

  /**
   * @param path relative to the root
   * @returns `null` where there is no such file
   */
  read(path: string): string | null {
    const drafted = this.#after.get(path);
    if (drafted !== undefined) return drafted;
    const file = join(this.root, path);
    try {
      if (!this.#before.has(path)) this.#before.set(path, existsSync(file) ? readFileSync(file, 'utf8') : null);
    } catch (error) {
      const next = 'Nothing was changed. Make the file readable for this user, then run the command again';
      throw new PatchError('ERR_PATCH_IO', `cannot read ${file}`, (error as Error).message, next, { cause: error });
    }
    return this.#before.get(path)!;
  }

  write(path: string, text: string | null): void {
    this.read(path);
    this.#after.set(path, text);
  }

  list(directory: string): string[] {
    const folder = join(this.root, directory);
    return existsSync(folder) ? readdirSync(folder).map((name) => `${directory}/${name}`) : [];
  }

  changes(): { path: string; before: string | null; after: string | null }[] {
    return [...this.#after]
      .map(([path, after]) => ({ path, before: this.#before.get(path)!, after }))
      .filter(({ before, after }) => before !== after);
  }

  /** A member of package.json; `undefined` where the member or one of its parents is missing. */
  member(path: readonly string[]): unknown {
    return path.reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined,
      parsePackageJson(this.read('package.json') ?? '{}'),
    );
  }

  /** Sets or removes a member of package.json. Objects that become empty are removed too. */
  edit(path: readonly string[], value: JsonValue | undefined): void {
    const had = this.member(path) !== undefined;
    this.#understood('package.json', (text) => editJson(text, path, value));
    const parent = path.slice(0, -1);
    if (value === undefined && had && parent.length > 0 && Object.keys(this.member(parent) as object).length === 0)
      this.edit(parent, undefined);
  }

  entries(place: Place): Map<string, string> {
    if (place.file === 'package.json') {
      const all = Object.entries((this.member(place.path) as Record<string, unknown> | undefined) ?? {});
      return new Map(all.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
    }
    let entries = new Map<string, string>();
    this.#understood(place.file, (text) => {
      entries = readBlock(text, place.path[0]!);
      return text;
    });
    return entries;
  }

  setEntry(place: Place, key: string, value: string | undefined): void {
    if (place.file === 'package.json') {
      this.edit([...place.path, key], value);
      return;
    }
    this.#understood(place.file, (text) => editBlock(text, place.path[0]!, key, value));
    if (this.read(place.file)?.trim() === '') this.write(place.file, null);
  }

  #understood(path: string, edit: (text: string) => string): void {
    // Editors on Windows begin a file with a byte order mark. It stays.
    const [, mark = '', text = ''] = /^(\uFEFF?)(.*)$/s.exec(this.read(path) ?? '') ?? [];
    try {
      const edited = edit(text);
      if (edited !== text) this.write(path, mark + edited);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      const next = 'Nothing was changed. Correct the file, or add the patch by hand ("hangup export --help")';
      const file = join(this.root, path);
      throw new PatchError('ERR_PATCH_CONFIG', `hangup does not understand ${file}`, error.message, next);
    }
  }
}

/** A member of a file from which a package manager reads `key: patch file`. */
export interface Place {
  file: 'package.json' | 'pnpm-workspace.yaml';
  path: readonly string[];
  /** The patch file that a value names, relative to the root. Default: the value itself. */
  fileIn?(value: string): string | undefined;
}
