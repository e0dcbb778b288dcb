import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parsePatch } from 'diff';
import { barePackage, root } from '../support/sdk.ts';
import { upstreamPatch, upstreamVersion } from './proposal.ts';

const require = createRequire(import.meta.url);
const pinned = barePackage(upstreamVersion);
/** The two builds that the SDK publishes: what tsc emits, and the published extensions of it. */
const builds = [
  { module: 'commonjs', js: 'js', types: 'd.ts' },
  { module: 'esnext', js: 'mjs', types: 'd.mts' },
] as const;

const patched = parsePatch(readFileSync(upstreamPatch, 'utf8')).map(({ oldFileName, newFileName }) => {
  const [, module] = /^b\/src\/(.+)\.ts$/.exec(newFileName ?? '') ?? [];
  if (module === undefined) throw new Error(`${upstreamPatch} changes ${newFileName}, which is no source`);
  return { module, isNew: oldFileName === '/dev/null' };
});
/** Paths below `src/`, without extension. */
const changedModules = patched.filter(({ isNew }) => !isNew).map(({ module }) => module);
const patchedModules = patched.map(({ module }) => module);

/** The pinned package with what is built from its patched sources. @returns its folder, below `scratch` */
export function buildUpstream(scratch: string): string {
  const folder = join(scratch, 'node_modules/@cartesia/cartesia-js');
  const isNeeded = (path: string) => !path.endsWith('.map') && path !== join(pinned, 'src');
  cpSync(pinned, folder, { recursive: true, filter: isNeeded });
  const sources = copySources(join(scratch, 'patched'));
  applyPatch(sources);
  for (const [file, text] of compile(sources, patchedModules)) writeFileSync(join(folder, file), text);
  return folder;
}

/** Builds the changed modules without the patch: the result is the published files, if the build is the SDK's. */
export function buildPristine(scratch: string): Map<string, string> {
  return compile(copySources(join(scratch, 'pristine')), changedModules);
}

/** In a folder of that name tsc would take every source for a CommonJS one. */
function copySources(work: string): string {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  cpSync(join(pinned, 'src'), join(work, 'src'), { recursive: true });
  return work;
}

function applyPatch(work: string): void {
  // As if there were no repository around it: git skips what one ignores.
  const env = { ...process.env, GIT_DIR: join(work, 'none') };
  execFileSync('git', ['apply', '--whitespace=error', upstreamPatch], { cwd: work, env, stdio: 'pipe' });
}

/**
 * Checks the types of all sources below `work`.
 *
 * @returns the published files of the modules, by path in the package
 * @throws with what the compiler says, where the types are wrong
 */
function compile(work: string, modules: readonly string[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const { module, js, types } of builds) {
    runCompiler(work, module, modules);
    for (const name of modules) {
      for (const [made, published] of [
        ['js', js],
        ['d.ts', types],
      ]) {
        const text = readFileSync(join(work, module, `${name}.${made}`), 'utf8');
        files.set(`${name}.${published}`, resolved(text, name, js));
      }
    }
  }
  return files;
}

/** With the strictness of Stainless's own `tsconfig.json`, which the package does not publish. */
function runCompiler(work: string, module: string, modules: readonly string[]): void {
  const config = join(work, `tsconfig.${module}.json`);
  const compilerOptions = {
    rootDir: join(work, 'src'),
    outDir: join(work, module),
    target: 'es2020',
    lib: ['es2020', 'dom', 'dom.iterable'],
    module,
    moduleResolution: 'bundler',
    declaration: true,
    importHelpers: true,
    noEmitOnError: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noImplicitOverride: true,
    noImplicitReturns: true,
    noPropertyAccessFromIndexSignature: true,
    skipLibCheck: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    paths: { ws: [join(root, 'node_modules/@types/ws/index.d.ts')], tslib: [helperTypes(work)] },
  };
  const sources = modules.map((name) => join(work, 'src', `${name}.ts`));
  writeFileSync(config, JSON.stringify({ compilerOptions, files: [join(work, 'src/index.ts'), ...sources] }));
  try {
    execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config], { encoding: 'utf8' });
  } catch (error) {
    throw new Error(`the sources do not compile:\n${(error as { stdout: string }).stdout}`);
  }
}

/** The SDK has its own copy of tslib, without types; tsc counts the parameters. */
function helperTypes(work: string): string {
  const file = join(work, 'tslib.d.ts');
  const helpers = Object.keys(require(join(pinned, 'internal/tslib.js')) as object);
  const parameters = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}?: any`).join();
  writeFileSync(file, helpers.map((name) => `export declare function ${name}(${parameters}): any;\n`).join(''));
  return file;
}

/** Imports as they are published: with extensions, in double quotes, and the SDK's own tslib. */
function resolved(text: string, module: string, extension: string): string {
  const up = '../'.repeat(module.split('/').length - 1) || './';
  return text.replaceAll(/(from |require\()(['"])(\.{1,2}\/[^'"]+|tslib)\2/g, (_, before, __, path) =>
    path === 'tslib' ? `${before}"${up}internal/tslib.${extension}"` : `${before}"${path}.${extension}"`,
  );
}
