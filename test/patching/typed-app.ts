import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { Sdk } from '../../overlays/sdk.ts';
import { augmentationsOf, writeAugmentation } from '../../tools/augmentations.ts';
import { root, run, scratch } from '../support/patching.ts';
import { barePackage } from '../support/sdk.ts';

export const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');

/** An app with an SDK as published on disk, whose types come from `hangup/types/…`. */
export interface TypedApp {
  readonly sdk: Sdk;
  readonly version: string;
  /** The text of a module that uses the members of hangup. */
  readonly program: string;
  /** The text of a module that imports the client alone, as most apps do: its types name the modules of the other classes to nobody. */
  readonly client?: string;
  /** The name behind `hangup/types/`. Default: that of the SDK */
  readonly types?: string;
  /** The members that TypeScript misses without `hangup/types/…`, by the names of their classes. */
  readonly missing: Readonly<Record<string, string>>;
  /** Puts the SDK into the folder `node_modules` of the app. Default: a copy of its declarations */
  readonly install?: (modules: string) => void;
  /** Packages that the declarations of the SDK import. `ws` and the types of Node are there always. */
  readonly imports?: readonly string[];
  /** Options of TypeScript, next to those of every app. */
  readonly options?: readonly string[];
  /** The modules that are checked, each by itself. Default: an ES module and a CommonJS module */
  readonly files?: readonly string[];
}

const everyApp =
  '--noEmit --strict --skipLibCheck --target es2022 --lib es2022,esnext.disposable,dom --types node --module nodenext';

/** Checks that an app sees the members of hangup with `hangup/types/…`, and only with it. */
export async function expectMembers(app: TypedApp): Promise<void> {
  const { sdk, program, client, types = sdk.name, missing, options = [], files = ['a.mts', 'b.cts'] } = app;
  const dir = prepare(app);
  const check = (file: string) => run(process.execPath, [tsc, ...everyApp.split(' '), ...options, file], { cwd: dir });
  for (const text of client === undefined ? [program] : [program, client]) {
    for (const file of files) {
      writeFileSync(join(dir, file), `${text}import type {} from 'hangup/types/${types}';\n`);
      expect(await check(file)).toMatchObject({ code: 0, stdout: '' });
    }
  }
  writeFileSync(join(dir, 'bare.mts'), program);
  const { stdout } = await check('bare.mts');
  for (const [type, member] of Object.entries(missing))
    expect(stdout).toMatch(new RegExp(`Property '${member}' does not exist on type '${type}['<]`));
}

function prepare({ sdk, version, install, imports = [] }: TypedApp): string {
  const dir = scratch();
  const modules = join(dir, 'node_modules');
  if (install === undefined) copyDeclarations(barePackage(version, sdk), join(modules, sdk.packageName));
  else install(modules);
  const hangup = join(modules, 'hangup');
  const patches = join('patches', sdk.packageName);
  cpSync(join(root, 'package.json'), join(hangup, 'package.json'));
  cpSync(join(root, patches), join(hangup, patches), { recursive: true });
  for (const [name, text] of augmentationsOf(sdk)) writeAugmentation(join(hangup, 'dist/types', name), text);
  mkdirSync(join(modules, '@types'));
  for (const name of ['ws', '@types/ws', '@types/node', ...imports])
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
  return dir;
}

/** TypeScript reads no code when there are declarations. */
function copyDeclarations(from: string, to: string): void {
  const isRead = (path: string) => !/\.(map|[cm]?js|[cm]?ts)$/.test(path) || /\.d\.[cm]?ts$/.test(path);
  cpSync(from, to, { recursive: true, filter: isRead });
}
