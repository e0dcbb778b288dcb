import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';

/** Installs packages into a folder of its own below `.cache`: what only some tests need, and no clone should carry. */
export async function installOnDemand(home: string, ...specs: string[]): Promise<void> {
  mkdirSync(home, { recursive: true });
  writeFileSync(`${home}/package.json`, JSON.stringify({ private: true }));
  const npm = [
    'install',
    '--prefix',
    home,
    '--ignore-scripts',
    '--no-package-lock',
    '--no-audit',
    '--no-fund',
    ...specs,
  ];
  await promisify(execFile)('npm', npm, { cwd: home, timeout: 300_000 });
}
