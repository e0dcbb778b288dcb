import { type BuildOptions, build } from 'esbuild';

/**
 * Bundles sources of this repository into modules for child processes: with a TypeScript loader, each process would spend most
 * of its life in that. Packages stay outside.
 *
 * @param entryPoints paths of the sources; in an object, by the names of the modules
 * @param more options of esbuild
 */
export async function bundleSources(
  entryPoints: string[] | Record<string, string>,
  outdir: string,
  more: BuildOptions = {},
): Promise<void> {
  await build({
    entryPoints,
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
    ...more,
  });
}
