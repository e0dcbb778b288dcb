import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
export const sdkVersion = '4.2.0';

/** A throwaway project: the apps, the published SDK and `ws`, as `npm install` would leave them. */
export function makeScratch(): { directory: string; remove(): void } {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'hangup-demo-')));
  const modules = join(directory, 'node_modules');
  const filter = (path: string) => !path.endsWith('.map');
  mkdirSync(join(modules, '@cartesia'), { recursive: true });
  cpSync(join(root, 'node_modules', `cartesia-${sdkVersion}`), join(modules, '@cartesia/cartesia-js'), {
    recursive: true,
    filter,
  });
  cpSync(join(root, 'node_modules/ws'), join(modules, 'ws'), { recursive: true });
  cpSync(fileURLToPath(new URL('apps', import.meta.url)), join(directory, 'app'), { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{ "name": "voice-app", "private": true }\n');
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

/** Runs the real command line in the scratch project. */
export function hangup(directory: string, command: 'apply' | 'verify'): Promise<{ ok: boolean; output: string }> {
  const args = ['--import', import.meta.resolve('tsx'), join(root, 'scripts/cli.ts'), command, '--dir', directory];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: directory, timeout: 30_000 }, (error, stdout, stderr) =>
      resolve({ ok: error === null, output: `${stdout}${stderr}`.trimEnd() }),
    );
  });
}
