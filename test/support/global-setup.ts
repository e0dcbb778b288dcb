import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { satisfies } from 'semver';
import { type Sdk, versionsOf } from '../../overlays/sdk.ts';
import { sdks } from '../../overlays/sdks.ts';
import { loadShapes, runtimeOf, withInstall } from '../../patching/shapes.ts';
import { shareCertificate } from './certificate.ts';
import {
  barePackage,
  overlayBundleVariable,
  patchedFolderVariable,
  patchedPackage,
  root,
  runFolderVariable,
} from './sdk.ts';

const cache = join(root, '.cache');
/** A run's own folder, because runs may overlap. It is two levels below the root, like the sources that are bundled into it. */
const folderOf = (run: number | string) => join(cache, `test-${run}`);

/** Makes, once per run, the patched SDK copies, the overlay and the lifecycle as one module each, and the programs that the drivers drive. */
export default async function setup(): Promise<() => void> {
  removeDeadRuns();
  shareCertificate();
  const folder = folderOf(process.pid);
  mkdirSync(folder, { recursive: true });
  process.env[patchedFolderVariable] = join(folder, 'patched');
  process.env[overlayBundleVariable] = join(folder, 'overlay.mjs');
  process.env[runFolderVariable] = folder;
  await build({
    entryPoints: {
      overlay: join(root, 'overlays/cartesia/index.ts'),
      lifecycle: join(root, 'lifecycle/index.ts'),
      agents: join(root, 'lifecycle/agents/index.ts'),
      'voice-server': join(root, 'examples/voice-server/index.ts'),
      'orchestrator/index': join(root, 'examples/orchestrator/index.ts'),
      'orchestrator/agent': join(root, 'examples/orchestrator/agent.ts'),
      'stop-voice-server': join(root, 'examples/voice-server/stop.ts'),
      'exit-child': join(root, 'test/children/exit-child.ts'),
      'memory-child': join(root, 'test/children/memory-child.ts'),
    },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  });
  for (const program of ['.', 'orchestrator']) {
    copyFileSync(join(root, 'lifecycle/watchdog-thread.mjs'), join(folder, program, 'watchdog-thread.mjs'));
  }
  const { applyTo } = await import('../../scripts/commands/apply.ts');
  for (const sdk of sdks) {
    for (const version of versionsOf(sdk)) {
      const copy = patchedPackage(version, undefined, sdk);
      const bare = barePackage(version, sdk);
      linkFolder(bare, copy, sdk.isByShape ? unusedBy(bare) : /\.map$/);
      if (sdk.isByShape) shapeTo(copy, sdk, version);
      else applyTo(copy);
    }
  }
  return () => rmSync(folder, { recursive: true, force: true });
}

/** Writes the classes as the load hook loads them. test/register loads some of them by the load hook itself. */
function shapeTo(copy: string, { packageName }: Sdk, version: string): void {
  const { classes } = loadShapes().find((one) => one.package === packageName)!;
  for (const one of classes.filter(({ range }) => satisfies(version, range))) {
    const file = join(copy, one.file);
    if (!existsSync(file)) continue;
    const shaped = withInstall(readFileSync(file, 'utf8'), one, runtimeOf(packageName));
    if (shaped === undefined) throw new Error(`${packageName} ${version}: ${one.file} has another shape`);
    // It is a link to the published file.
    rmSync(file);
    writeFileSync(file, shaped);
  }
}

/** Tells files that nothing loads. One SDK has 23,000 files, half of them in a second copy of itself. */
function unusedBy(folder: string): RegExp {
  const isInDist = readFileSync(join(folder, 'package.json'), 'utf8').includes('"./dist/');
  return isInDist ? /\.map$|\.d\.[cm]?ts$/ : /\.map$|\.d\.[cm]?ts$|^dist$/;
}

/**
 * Links thousands of files. `apply` replaces a few of them: it renames new ones into place, and writes through no link.
 *
 * @param unused names of files and folders that are left out
 */
function linkFolder(from: string, to: string, unused: RegExp): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (unused.test(entry.name)) continue;
    const [source, copy] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkFolder(source, copy, unused);
    else linkFile(source, copy);
  }
}

function linkFile(source: string, copy: string): void {
  try {
    linkSync(source, copy);
  } catch {
    // Another file system.
    copyFileSync(source, copy);
  }
}

function removeDeadRuns(): void {
  if (!existsSync(cache)) return;
  for (const name of readdirSync(cache)) {
    const run = /^test-(\d+)$/.exec(name)?.[1];
    if (run !== undefined && !isAlive(Number(run))) rmSync(folderOf(run), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
