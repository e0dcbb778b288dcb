/** `hangup/types/speechmatics` declares the members that the load hook gives to the Speechmatics SDK. */
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { versionsOf } from '../../overlays/sdk.ts';
import { speechmatics } from '../../overlays/speechmatics/sdk.ts';
import { augmentationsOf, writeAugmentation } from '../../tools/augmentations.ts';
import { playedOf } from '../contract/played.ts';
import { root, run, scratch } from '../support/patching.ts';
import { barePackage } from '../support/sdk.ts';

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
const { packageName } = speechmatics;

const program = `
import { RealtimeClient } from '${packageName}';
const client = new RealtimeClient();
type Report = Promise<{ outcome: 'graceful' | 'forced' }>;
export const ends: Report[] = [client.disconnect(), client.disconnect({ drain: 100 })];
export const connected: boolean = client.connected;
export const stopped: Promise<unknown> = client.stopRecognition({ noTimeout: true });
`;

function app(version: string): string {
  const dir = scratch();
  const modules = join(dir, 'node_modules');
  cpSync(barePackage(version, speechmatics), join(modules, packageName), { recursive: true });
  const hangup = join(modules, 'hangup');
  cpSync(join(root, 'package.json'), join(hangup, 'package.json'));
  cpSync(join(root, 'patches', packageName), join(hangup, 'patches', packageName), { recursive: true });
  for (const [name, text] of augmentationsOf(speechmatics)) writeAugmentation(join(hangup, 'dist/types', name), text);
  mkdirSync(join(modules, '@types'));
  for (const name of ['ws', 'typescript-event-target', '@types/ws', '@types/node'])
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
  return dir;
}

const options = '--noEmit --strict --skipLibCheck --target es2022 --lib es2022,esnext.disposable,dom --types node';
const check = (dir: string, ...files: string[]) =>
  run(process.execPath, [tsc, ...options.split(' '), '--module', 'nodenext', ...files], { cwd: dir });

test.each(playedOf(versionsOf(speechmatics)))(
  'an ES module and a CommonJS module see the members of speechmatics %s; without the file there are none',
  async (version) => {
    const dir = app(version);
    for (const file of ['a.mts', 'b.cts'])
      writeFileSync(join(dir, file), `${program}import type {} from 'hangup/types/speechmatics';\n`);
    expect(await check(dir, 'a.mts')).toMatchObject({ code: 0, stdout: '' });
    expect(await check(dir, 'b.cts')).toMatchObject({ code: 0, stdout: '' });
    writeFileSync(join(dir, 'bare.mts'), program);
    const { stdout } = await check(dir, 'bare.mts');
    expect(stdout).toContain("Property 'disconnect' does not exist on type 'RealtimeClient'");
  },
  60_000,
);
