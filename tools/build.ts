import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type BuildOptions, build as bundle, type Plugin } from 'esbuild';
import { sdks } from '../overlays/sdks.ts';
import { packageRoot } from '../patching/package-json.ts';
import { augmentationsOf, writeAugmentation } from './augmentations.ts';

const root = packageRoot();
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');

/** Modules that apps import, and modules that are loaded on demand. They share chunks, so that an error has one class. */
const shared = [
  'core/index.ts',
  'lifecycle/agents/index.ts',
  'lifecycle/index.ts',
  'lifecycle/fastify.ts',
  'lifecycle/agents/bullmq/index.ts',
  ...sdks.map(({ name }) => `overlays/${name}/index.ts`),
  'pipecat/index.ts',
  'overlays/ws/index.ts',
  'receive/index.ts',
  'scripts/verify.ts',
  'testing/index.ts',
  'scripts/commands/init.ts',
  'scripts/commands/export.ts',
  'scripts/commands/doctor.ts',
  'scripts/print/diagnosis.ts',
  'scripts/probe/run.ts',
  'scripts/probe/child.ts',
];

/** The modules of apps, for Jest, which takes ES modules from Node 24.9 on. Each is one file, and shares its state with the others. */
const commonJs = {
  agents: 'lifecycle/agents/index.ts',
  index: 'core/index.ts',
  ...Object.fromEntries(sdks.map(({ name }) => [name, `overlays/${name}/index.ts`])),
  lifecycle: 'lifecycle/index.ts',
  'lifecycle/fastify': 'lifecycle/fastify.ts',
  pipecat: 'pipecat/index.ts',
  'agents/bullmq': 'lifecycle/agents/bullmq/index.ts',
  receive: 'receive/index.ts',
  testing: 'testing/index.ts',
  verify: 'scripts/verify.ts',
  ws: 'overlays/ws/index.ts',
};

/** Start-up waits for these. Each is one file, because every further one takes about half a millisecond. */
const alone = ['register/index.ts', 'register/thread.ts', 'scripts/cli.ts'];

const watchdogThread = 'watchdog-thread.mjs';

/** Only some commands need these. */
const onDemand: Plugin = {
  name: 'on-demand',
  setup({ onResolve }) {
    onResolve({ filter: /\/(init|export|doctor|diagnosis|probe\/run)\.ts$/ }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path: path.replace(/ts$/, 'js'), external: true } : undefined,
    );
  },
};

/** Small packages that only one module needs: nobody else has to install them. NOTICE has their licences. */
const copied: Plugin = {
  name: 'copied',
  setup({ onResolve }) {
    const { resolve } = createRequire(import.meta.url);
    onResolve({ filter: /^(alawmulaw|pbf)$/ }, ({ path }) => ({ path: resolve(path) }));
  },
};

/**
 * Makes the published files: JavaScript in few files, and types by the compiler.
 *
 * @param options.types `false` for a run of the JavaScript alone: the compiler takes most of the time. Default `true`
 */
export async function build(folder: string, { types = true } = {}): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const options: BuildOptions = {
    absWorkingDir: root,
    outbase: '.',
    outdir: folder,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    charset: 'utf8',
    logLevel: 'error',
  };
  await Promise.all([
    types &&
      promisify(execFile)(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', folder], { cwd: root }),
    bundle({
      ...options,
      entryPoints: shared,
      splitting: true,
      chunkNames: 'chunks/[name]-[hash]',
      plugins: [copied],
    }),
    bundle({ ...options, entryPoints: alone, plugins: [onDemand] }),
    bundle({
      ...options,
      entryPoints: commonJs,
      plugins: [copied],
      outdir: join(folder, 'cjs'),
      outExtension: { '.js': '.cjs' },
      format: 'cjs',
      banner: { js: "const importMeta = { url: require('node:url').pathToFileURL(__filename).href };" },
      define: { 'import.meta': 'importMeta' },
      minifyWhitespace: true,
      minifySyntax: true,
    }),
  ]);
  if (types) declareNoPrivateMembers(join(folder, 'receive/queue.d.ts'));
  // A thread starts from a file of its own. It is JavaScript already.
  for (const room of ['lifecycle', 'cjs']) {
    copyFileSync(join(root, 'lifecycle', watchdogThread), join(folder, room, watchdogThread));
  }
  chmodSync(join(folder, 'scripts/cli.js'), 0o755);
  for (const [name, text] of sdks.flatMap((sdk) => [...augmentationsOf(sdk)])) {
    writeAugmentation(join(folder, 'types', name), text);
  }
}

/**
 * The compiler declares that a class has private members, and then takes no other object for one of that class: neither a
 * stand-in in a test of an app, nor the queue of a second copy of hangup.
 */
function declareNoPrivateMembers(file: string): void {
  const text = readFileSync(file, 'utf8');
  const open = text.replace(/^ *#private;\n/m, '');
  if (open === text) throw new Error(`${file} declares no private members`);
  writeFileSync(file, open);
}

// npm run build
if (process.argv[1] === import.meta.filename) await build(join(root, 'dist'));
