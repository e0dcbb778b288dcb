/** `hangup/types/deepgram` declares the members that the load hook gives to a client of the Deepgram SDK. */
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { deepgram } from '../../overlays/deepgram/sdk.ts';
import { augmentationsOf, writeAugmentation } from '../../tools/augmentations.ts';
import { playedOf } from '../contract/played.ts';
import { root, run, scratch } from '../support/patching.ts';
import { barePackage } from '../support/sdk.ts';

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');

const program = `
import { DeepgramClient } from '@deepgram/sdk';
const client = new DeepgramClient({ apiKey: 'k' });
type Report = Promise<{ outcome: 'graceful' | 'forced' }>;
export const ends: Report[] = [client.disconnect(), client.disconnect(true)];
export const connected: boolean = client.connected;
`;

function app(version: string): string {
  const dir = scratch();
  const modules = join(dir, 'node_modules');
  cpSync(barePackage(version, deepgram), join(modules, '@deepgram/sdk'), { recursive: true });
  const hangup = join(modules, 'hangup');
  cpSync(join(root, 'package.json'), join(hangup, 'package.json'));
  cpSync(join(root, 'patches/@deepgram'), join(hangup, 'patches/@deepgram'), { recursive: true });
  for (const [name, text] of augmentationsOf(deepgram)) writeAugmentation(join(hangup, 'dist/types', name), text);
  mkdirSync(join(modules, '@types'));
  for (const name of ['ws', '@types/ws', '@types/node'])
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
  return dir;
}

const options = '--noEmit --strict --skipLibCheck --target es2022 --lib es2022,esnext.disposable,dom --types node';
const check = (dir: string, ...files: string[]) =>
  run(process.execPath, [tsc, ...options.split(' '), '--module', 'nodenext', ...files], { cwd: dir });

test.each(playedOf(['5.0.0', '5.8.0', '5.13.0']))(
  'an ES module and a CommonJS module see the members of @deepgram/sdk %s; without the file there are none',
  async (version) => {
    const dir = app(version);
    for (const file of ['a.mts', 'b.cts'])
      writeFileSync(join(dir, file), `${program}import type {} from 'hangup/types/deepgram';\n`);
    expect(await check(dir, 'a.mts')).toMatchObject({ code: 0, stdout: '' });
    expect(await check(dir, 'b.cts')).toMatchObject({ code: 0, stdout: '' });
    writeFileSync(join(dir, 'bare.mts'), program);
    const { stdout } = await check(dir, 'bare.mts');
    expect(stdout).toContain("Property 'disconnect' does not exist on type 'CustomDeepgramClient'");
  },
  60_000,
);
