import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { readPatch } from '../../patching/complete-patch.ts';
import { type InitOptions, init } from '../../scripts/commands/init.ts';
import { forms } from '../../scripts/managers/index.ts';
import { install, name, patchSet, scratch, tree } from '../support/patching.ts';

export const complete = (version: string) => readPatch(patchSet, version);

interface PackageJson {
  scripts?: Record<string, string>;
  patchedDependencies?: Record<string, string>;
  pnpm?: { patchedDependencies?: Record<string, string> };
  resolutions?: Record<string, string>;
}

/** A project after an install, with some files of its own. */
export class Project {
  readonly dir = scratch();

  constructor(manager: string | undefined, manifest: object = {}, files: Record<string, string> = {}) {
    const text = { packageManager: manager, dependencies: { hangup: '1.0.0', [name]: '3.5.1' }, ...manifest };
    this.write('package.json', `${JSON.stringify(text, null, 2)}\n`);
    for (const [path, text] of Object.entries(files)) this.write(path, text);
    this.install('3.5.1');
  }

  install(version: string, path = `node_modules/${name}`): void {
    install(join(this.dir, path), version);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.dir, path)), { recursive: true });
    writeFileSync(join(this.dir, path), text);
  }

  read = (path: string) => readFileSync(join(this.dir, path), 'utf8');

  get packageJson(): PackageJson {
    return JSON.parse(this.read('package.json')) as PackageJson;
  }

  patchFiles = () => Object.keys(tree(this.dir)).filter((path) => /^patches\/.*\.patch$/.test(path));

  init = (options: Partial<InitOptions> = {}) => init({ dir: this.dir, mode: 'write', remove: false, ...options });

  /** Expects that a second run changes nothing, and that `--remove` restores the files of before. */
  async expectUndoable(before: Record<string, string>): Promise<void> {
    const after = tree(this.dir);
    expect(await this.init()).toMatchObject({ ok: true, exitCode: 0, state: 'unchanged', changes: [] });
    expect(tree(this.dir)).toEqual(after);
    expect(await this.init({ remove: true })).toMatchObject({ ok: true, state: 'written' });
    expect(tree(this.dir)).toEqual(before);
  }

  /** Expects a run that fails and writes nothing. */
  async expectRefused(exitCode: number, code: string, message: string, options: Partial<InitOptions> = {}) {
    const before = tree(this.dir);
    const result = await this.init(options);
    expect(result).toMatchObject({ ok: false, exitCode, state: 'not written', error: { code } });
    expect(result.error!.message).toContain(message);
    expect(tree(this.dir)).toEqual(before);
  }
}

const fileName = (tool: string, version: string) => forms.find((form) => form.name === tool)!.fileName(name, version);
export const file = (tool: string, version = '3.5.1') => `patches/${fileName(tool, version)}`;
