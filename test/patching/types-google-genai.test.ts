/** `hangup/types/google-genai` declares the members that the load hook gives to the Google GenAI SDK. */
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { googleGenai } from '../../overlays/google-genai/sdk.ts';
import { augmentationsOf, writeAugmentation } from '../../tools/augmentations.ts';
import { playedOf } from '../contract/played.ts';
import { root, run, scratch } from '../support/patching.ts';
import { barePackage } from '../support/sdk.ts';

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');

const program = `
import { GoogleGenAI, Session } from '@google/genai';
const client = new GoogleGenAI({ apiKey: 'k' });
export async function ends(): Promise<{ outcome: 'graceful' | 'forced' }[]> {
  const made = await client.live.connect({ model: 'm', callbacks: { onmessage() {} } });
  const own: Session = made;
  const connected: boolean = made.connected;
  void connected;
  return [await client.disconnect(), await made.disconnect(true), await own.close()];
}
`;

function app(version: string): string {
  const dir = scratch();
  const modules = join(dir, 'node_modules');
  cpSync(barePackage(version, googleGenai), join(modules, '@google/genai'), { recursive: true });
  const hangup = join(modules, 'hangup');
  cpSync(join(root, 'package.json'), join(hangup, 'package.json'));
  cpSync(join(root, 'patches/@google/genai'), join(hangup, 'patches/@google/genai'), { recursive: true });
  for (const [name, text] of augmentationsOf(googleGenai)) writeAugmentation(join(hangup, 'dist/types', name), text);
  mkdirSync(join(modules, '@types'));
  for (const name of ['ws', '@types/ws', '@types/node', 'google-auth-library'])
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
  return dir;
}

const options = '--noEmit --strict --skipLibCheck --target es2022 --lib es2022,esnext.disposable,dom --types node';
const check = (dir: string, ...files: string[]) =>
  run(process.execPath, [tsc, ...options.split(' '), '--module', 'nodenext', ...files], { cwd: dir });

test.each(playedOf(['0.7.0', '2.32.0', '3.3.0']))(
  'an ES module and a CommonJS module see the members of @google/genai %s; without the file there are none',
  async (version) => {
    const dir = app(version);
    for (const file of ['a.mts', 'b.cts'])
      writeFileSync(join(dir, file), `${program}import type {} from 'hangup/types/google-genai';\n`);
    expect(await check(dir, 'a.mts')).toMatchObject({ code: 0, stdout: '' });
    expect(await check(dir, 'b.cts')).toMatchObject({ code: 0, stdout: '' });
    writeFileSync(join(dir, 'bare.mts'), program);
    const { stdout } = await check(dir, 'bare.mts');
    expect(stdout).toContain("Property 'disconnect' does not exist on type 'GoogleGenAI'");
    expect(stdout).toContain("Property 'disconnect' does not exist on type 'Session'");
  },
  60_000,
);
