import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll } from 'vitest';
import { build } from '../../tools/build.ts';
import { linkFolder } from '../support/link-folder.ts';
import { name, newest, pristineFolder, type Run, root, run, scratch } from '../support/patching.ts';

/** The option of Node that loads the hook. */
export const hook = ['--import', 'hangup/register'];

let hangup: string;

/** To be called at the top of a test file: makes the published layout of JavaScript, patches and package.json. */
export function buildHangup(): void {
  beforeAll(async () => {
    hangup = join(scratch(), 'hangup');
    await build(join(hangup, 'dist'), { types: false });
    for (const part of ['package.json', 'patches']) cpSync(join(root, part), join(hangup, part), { recursive: true });
  });
}

/** An app with one whole copy of the SDK, and `ws` where the SDK finds it. Its files are links: see `replaceFile()`. */
export function app(folder = name): { dir: string; sdk: string } {
  const dir = scratch();
  const sdk = join(dir, 'node_modules', folder);
  for (const dependency of ['ws', 'semver'])
    linkFolder(join(root, 'node_modules', dependency), join(dir, 'node_modules', dependency));
  linkFolder(hangup, join(dir, 'node_modules/hangup'));
  linkFolder(pristineFolder(newest), sdk);
  writeFileSync(join(dir, 'package.json'), '{"name":"app","private":true}');
  return { dir, sdk };
}

const tell = `console.log(typeof TTSWS.prototype.disconnect, typeof Cartesia.prototype.disconnect);`;
/** Say of two classes whether they are patched. */
export const esm = `import { Cartesia } from '${name}'; import { TTSWS } from '${name}/resources/tts/ws'; ${tell}`;
export const cjs = `const { Cartesia } = require('${name}'); const { TTSWS } = require('${name}/resources/tts/ws'); ${tell}`;

/** Says what the process knows of itself. */
export const told = `const { verify, loadStatus } = await import('hangup/verify'); const { ok, error, copies } = await verify();
  console.log(ok, error?.code, copies.map(({ delivery }) => delivery).join(), loadStatus()?.map(({ state }) => state).join());`;

export interface StartOptions {
  env?: Record<string, string>;
  /** Arguments of Node, which stand before the file. */
  args?: string[];
}

/** Runs a file of the app, under the hook by default. */
export function start(dir: string, file: string, source: string, options: StartOptions = {}): Promise<Run> {
  const { env = {}, args = hook } = options;
  writeFileSync(join(dir, file), source);
  return run(process.execPath, [...args, file], { cwd: dir, env });
}
