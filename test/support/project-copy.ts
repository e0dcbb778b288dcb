import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { product } from '../../tools/import-rules.ts';
import { root } from './sdk.ts';

const parts = [...product, 'tools', 'patches', 'package.json', 'package-lock.json', 'tsconfig.json', 'NOTICE'];

/** A copy of the project that a test may change. It is inside the repository and uses the packages that are installed here. */
export class ProjectCopy {
  readonly folder: string;

  /** @param more files and folders besides the sources and the patches */
  constructor(name: string, more: readonly string[] = []) {
    this.folder = join(root, '.cache', `${name}-${process.pid}`);
    for (const part of [...parts, ...more]) cpSync(join(root, part), this.path(part), { recursive: true });
    mkdirSync(this.path('node_modules'));
    const lock = '.package-lock.json';
    for (const name of readdirSync(join(root, 'node_modules'))) {
      if (name !== lock) symlinkSync(join(root, 'node_modules', name), this.path('node_modules', name));
    }
    cpSync(join(root, 'node_modules', lock), this.path('node_modules', lock));
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  edit(file: string, change: (text: string) => string): void {
    const before = readFileSync(this.path(file), 'utf8');
    const after = change(before);
    if (after === before) throw new Error(`${file} was not changed`);
    writeFileSync(this.path(file), after);
  }

  /** Installs a package under an alias, and pins it in the lockfile, as npm does. */
  install(alias: string, source: string, entry: { name: string; version: string }): void {
    const path = `node_modules/${alias}`;
    cpSync(source, this.path(path), { recursive: true });
    for (const lockfile of ['package-lock.json', 'node_modules/.package-lock.json']) {
      this.edit(lockfile, (text) => {
        const lock = JSON.parse(text) as { packages: Record<string, object> };
        lock.packages[path] = { integrity: `sha512-${alias}`, ...entry };
        return JSON.stringify(lock);
      });
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
