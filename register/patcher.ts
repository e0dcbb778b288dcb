import { dirname, isAbsolute, join } from 'node:path';
import type { PatchError } from '../core/errors.ts';
import { checksum, sha256 } from '../patching/hashes.ts';
import { insert } from '../patching/insert.ts';
import { damaged, readPart } from '../patching/patch-sets.ts';
import { runtimeOf, type ShapedModule, withInstall } from '../patching/shapes.ts';
import { Copies, type Copy, type Found } from './copies.ts';
import { knownSdks } from './known-sdks.ts';
import { beforeOthersOrOnDisk, type Policy, type Refused, refusal } from './refusals.ts';
import { importedSource, moduleSource } from './sources.ts';
import type { LoadStatus } from './status.ts';

// The object is kept, and not its functions: see copies.ts.
const fs = process.getBuiltinModule('node:fs');

/** The answer of a load hook. */
interface Answer {
  format: 'module' | 'commonjs';
  source: string;
  shortCircuit: true;
}

/** Patches sources as they are loaded: what `hangup apply` writes to disk, file by file, in memory. */
export class Patcher {
  readonly #policy: Policy;
  readonly #report: (status: LoadStatus) => void;
  readonly #copies: Copies;
  /** Files that were reported: on some versions of Node both loaders ask for one file. */
  readonly #told = new Set<string>();

  constructor(policy: Policy, report: (status: LoadStatus) => void) {
    this.#policy = policy;
    this.#report = report;
    this.#copies = new Copies(knownSdks(), (copy) => this.#refuseVersion(copy));
  }

  /**
   * Makes the source of a CommonJS module that the patch changes or adds. The bytes on disk decide, whatever other loaders
   * have made of them.
   *
   * @param location path or URL
   * @returns `undefined` for a module that stays as it is
   * @throws {PatchError} `ERR_PATCH_FOREIGN`, `ERR_PATCH_UNSUPPORTED` under the policy `error`
   */
  commonJsOf(location: string): string | undefined {
    const found = this.#copies.find(location);
    return found && found.entry.format !== 'esm' ? this.#patch(found) : undefined;
  }

  /**
   * Does the same for Node's loader of ES modules, as the answer of a load hook.
   *
   * @param isImported whether that loader asks for CommonJS on its own behalf, not for `require()`
   */
  answer(url: string, isImported: () => boolean): Answer | undefined {
    const found = this.#copies.find(url);
    if (found === undefined) return undefined;
    const isEsm = found.entry.format === 'esm';
    const patched = isEsm || isImported() ? this.#patch(found) : undefined;
    if (patched === undefined) return undefined;
    const source = isEsm ? moduleSource(patched, url) : importedSource(patched, url);
    return { format: isEsm ? 'module' : 'commonjs', source, shortCircuit: true };
  }

  /**
   * Checks a module that was loaded before there was a hook.
   *
   * @throws {PatchError} `ERR_PATCH_LATE` under the policy `error`, when the patch has something to do there
   */
  checkLoaded(path: string): void {
    const found = this.#copies.find(path);
    if (found === undefined) return;
    const { copy, file, entry } = found;
    if (isAdded(entry)) return;
    if ('post' in entry && sha256(fs.readFileSync(join(copy.directory, file))) === entry.post)
      this.#tell(copy, file, 'on-disk');
    else {
      const remedy = copy.sdk.hasPatches ? beforeOthersOrOnDisk : undefined;
      this.#refuse(copy, file, 'late', 'it was loaded before hangup/register', remedy);
    }
  }

  /**
   * Resolves a module that the patch adds to the path that it has inside the SDK, were it on disk.
   *
   * @param request as given to `require()`: relative to `parent`, or a path
   * @param parent path of the module that asks
   */
  resolveAdded(request: string, parent: string | undefined): string | undefined {
    if (!this.#copies.mayBeAdded(request)) return undefined;
    const path = request.startsWith('.') && parent !== undefined ? join(dirname(parent), request) : request;
    const found = isAbsolute(path) ? this.#copies.find(path) : undefined;
    return found !== undefined && isAdded(found.entry) ? path : undefined;
  }

  #patch({ copy, file, entry }: Found): string | undefined {
    if (isShaped(entry)) return this.#shape(copy, file, entry);
    if (isAdded(entry)) {
      const added = readPart(copy.sdk, entry.source);
      // npm has checked the file when it installed hangup. The size tells one that was cut, or is of another release.
      if (added.length === entry.size) return added.toString();
      throw damaged(
        `cannot load ${join(copy.sdk.directory, entry.source)}`,
        'it is not the file that manifest.json knows',
      );
    }
    const source = fs.readFileSync(join(copy.directory, file));
    if (checksum(source) === entry.checksum) {
      this.#tell(copy, file, 'patched');
      return insert(source, entry.insertions).toString();
    }
    if (sha256(source) === entry.post) this.#tell(copy, file, 'on-disk');
    else this.#refuse(copy, file, 'foreign', 'it is neither as published nor as hangup makes it');
    return undefined;
  }

  #shape(copy: Copy, file: string, { classes }: ShapedModule): string | undefined {
    const runtime = runtimeOf(copy.sdk.package);
    let source = fs.readFileSync(join(copy.directory, file), 'utf8');
    for (const one of classes) {
      const shaped = withInstall(source, one, runtime);
      if (shaped === undefined) {
        this.#refuse(copy, file, 'unsupported', `its class is not the one of ${one.range}`);
        return undefined;
      }
      source = shaped;
    }
    this.#tell(copy, file, 'patched');
    return source;
  }

  /** @returns whether the file had not been reported before */
  #tell({ directory, version, sdk }: Copy, file: string, state: LoadStatus['state']): boolean {
    const key = join(directory, file);
    if (this.#told.has(key)) return false;
    this.#told.add(key);
    this.#report({ path: directory, package: sdk.package, version, file, state });
    return true;
  }

  #refuseVersion(copy: Copy): void {
    const { directory, version, sdk } = copy;
    const { why, next } = sdk.refusalOf(version);
    const what = `${directory} is ${sdk.package} ${version}, which has no patch`;
    this.#fail(copy, 'package.json', 'unsupported', refusal('unsupported', what, why, next));
  }

  #refuse(copy: Copy, file: string, state: Refused, why: string, remedy?: string): void {
    const what = `${join(copy.directory, file)} (${copy.sdk.package} ${copy.version}) cannot be patched while it is being loaded`;
    this.#fail(copy, file, state, refusal(state, what, why, remedy));
  }

  /** Throws the error, or warns of it once. */
  #fail(copy: Copy, file: string, state: Refused, error: PatchError): void {
    if (this.#policy === 'error') throw error;
    if (this.#tell(copy, file, state)) process.emitWarning(error.message, 'HangupWarning', error.code);
  }
}

type Entry = Found['entry'];
const isShaped = (entry: Entry): entry is ShapedModule => 'classes' in entry;
const isAdded = (entry: Entry): entry is Extract<Entry, { pre: null }> => 'pre' in entry && entry.pre === null;
