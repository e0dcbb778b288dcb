import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { supportedVersions } from '../../overlays/cartesia/targets.ts';
import { shareCertificate } from './certificate.ts';
import { barePackage, overlayBundleVariable, patchedFolderVariable, patchedPackage, root } from './sdk.ts';

const runs = join(root, '.cache', 'patched');

/** Makes, once per run, the patched SDK copies and the overlay bundle. The folder is this run's own: runs may overlap. */
export default async function setup(): Promise<() => void> {
  removeDeadRuns();
  await shareCertificate();
  const folder = join(runs, String(process.pid));
  mkdirSync(folder, { recursive: true });
  process.env[patchedFolderVariable] = folder;
  process.env[overlayBundleVariable] = join(folder, 'overlay.mjs');
  await build({
    entryPoints: [join(root, 'overlays/cartesia/index.ts')],
    outfile: join(folder, 'overlay.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['ws'],
    logLevel: 'warning',
  });
  const { applyTo } = await import('../../scripts/apply.ts');
  for (const version of supportedVersions) {
    const copy = patchedPackage(version, folder);
    linkFolder(barePackage(version), copy);
    await applyTo(copy);
  }
  return () => rmSync(folder, { recursive: true, force: true });
}

/** Thousands of files, of which apply replaces a few: it renames new ones into place, and writes through no link. */
function linkFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, copy] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkFolder(source, copy);
    else if (!entry.name.endsWith('.map')) linkFile(source, copy);
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
  if (!existsSync(runs)) return;
  for (const run of readdirSync(runs)) {
    if (!isAlive(Number(run))) rmSync(join(runs, run), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return Number.isInteger(pid) && process.kill(pid, 0);
  } catch {
    return false;
  }
}
