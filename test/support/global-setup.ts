import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { versionsOf } from '../../overlays/sdk.ts';
import { sdks } from '../../overlays/sdks.ts';
import { isFull, isLong } from '../contract/played.ts';
import { bundleSources } from './bundle.ts';
import { shareCertificate } from './certificate.ts';
import { linkFolder, linkModules } from './link-folder.ts';
import {
  barePackage,
  overlayBundleVariable,
  patchedFolderVariable,
  patchedPackage,
  root,
  runFolderVariable,
} from './sdk.ts';
import { shapeCopy } from './shape-copy.ts';

const cache = join(root, '.cache');
/** A run's own folder, because runs may overlap. It is two levels below the root, like the sources that are bundled into it. */
const folderOf = (run: number | string) => join(cache, `test-${run}`);

/** Makes, once per run, the patched SDK copies, the overlay and the lifecycle as one module each, and the programs that the drivers drive. */
export default async function setup(): Promise<() => void> {
  removeDeadRuns();
  shareCertificate();
  // Tests and their programs make temporary folders here. Programs that are killed cannot remove theirs.
  const temporary = mkdtempSync(join(tmpdir(), 'hangup-tests-'));
  // Some programs run as another user.
  chmodSync(temporary, 0o1777);
  process.env.TMPDIR = temporary;
  const folder = folderOf(process.pid);
  mkdirSync(folder, { recursive: true });
  process.env[patchedFolderVariable] = join(folder, 'patched');
  process.env[overlayBundleVariable] = join(folder, 'overlay.mjs');
  process.env[runFolderVariable] = folder;
  await bundleSources(
    {
      overlay: join(root, 'overlays/cartesia/index.ts'),
      lifecycle: join(root, 'lifecycle/index.ts'),
      agents: join(root, 'lifecycle/agents/index.ts'),
      'voice-server': join(root, 'examples/voice-server/index.ts'),
      'orchestrator/index': join(root, 'examples/orchestrator/index.ts'),
      'orchestrator/agent': join(root, 'examples/orchestrator/agent.ts'),
      'stop-voice-server': join(root, 'examples/voice-server/stop.ts'),
      'crashes-child': join(root, 'test/contract/crashes-child.ts'),
      'exit-child': join(root, 'test/children/exit-child.ts'),
      'drop-child': join(root, 'test/children/drop-child.ts'),
      'memory-child': join(root, 'test/children/memory-child.ts'),
    },
    folder,
  );
  for (const program of ['.', 'orchestrator']) {
    copyFileSync(join(root, 'lifecycle/watchdog-thread.mjs'), join(folder, program, 'watchdog-thread.mjs'));
  }
  const { applyTo } = await import('../../scripts/commands/apply.ts');
  for (const sdk of sdks) {
    for (const version of versionsOf(sdk)) {
      // Other runs play such an SDK with the overlay. One has 20,000 files.
      if (sdk.isByShape && !isFull && !isLong) continue;
      const copy = patchedPackage(version, undefined, sdk);
      if (sdk.isByShape) {
        linkModules(barePackage(version, sdk), copy);
        shapeCopy(copy, sdk, version);
      } else {
        linkFolder(barePackage(version, sdk), copy);
        applyTo(copy);
      }
    }
  }
  return () => {
    for (const made of [folder, temporary]) rmSync(made, { recursive: true, force: true });
  };
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
