/** `hangup/types/openai` and its siblings declare the members that the load hook gives to the OpenAI SDK. */
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openai } from '../../overlays/openai/sdk.ts';
import { augmentationsOf, writeAugmentation } from '../../tools/augmentations.ts';
import { root, run, scratch } from '../support/patching.ts';
import { barePackage } from '../support/sdk.ts';

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');

const apps = [
  ['7.59.0', 'openai', 'openai/realtime/ws'],
  ['6.49.0', 'openai-6.49', 'openai/realtime/ws'],
  ['4.97.0', 'openai-4.97', 'openai/beta/realtime/ws'],
] as const;

const program = (module: string) => `
import OpenAI, { OpenAI as Named } from 'openai';
import { OpenAIRealtimeWS } from '${module}';
const client = new OpenAI();
const rt = new OpenAIRealtimeWS({ model: 'a-model' }, client);
export const ends: Promise<{ outcome: 'graceful' | 'forced' }>[] = [client.disconnect(), rt.disconnect(true), rt.close()];
export const connected: boolean = new Named().connected;
export const id: Promise<string> = rt.createResponse();
`;

function app(version: string): string {
  const dir = scratch();
  const modules = join(dir, 'node_modules');
  const declared = (path: string) => !/\.(map|m?js|ts)$/.test(path) || /\.d\.m?ts$/.test(path);
  cpSync(barePackage(version, openai), join(modules, 'openai'), { recursive: true, filter: declared });
  const hangup = join(modules, 'hangup');
  cpSync(join(root, 'package.json'), join(hangup, 'package.json'));
  cpSync(join(root, 'patches/openai'), join(hangup, 'patches/openai'), { recursive: true });
  for (const [name, text] of augmentationsOf(openai)) writeAugmentation(join(hangup, 'dist/types', name), text);
  mkdirSync(join(modules, '@types'));
  for (const name of ['ws', '@types/ws', '@types/node'])
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
  return dir;
}

const options = '--noEmit --strict --skipLibCheck --target es2022 --lib es2022,esnext.disposable,dom --types node';
const check = (dir: string, ...files: string[]) =>
  run(process.execPath, [tsc, ...options.split(' '), '--module', 'nodenext', ...files], { cwd: dir });

describe.each(apps)('openai %s with hangup/types/%s', (version, types, module) => {
  test('an ES module and a CommonJS module see the members; without it there are none', async () => {
    const dir = app(version);
    const text = program(module);
    for (const file of ['a.mts', 'b.cts'])
      writeFileSync(join(dir, file), `${text}import type {} from 'hangup/types/${types}';\n`);
    expect(await check(dir, 'a.mts')).toMatchObject({ code: 0, stdout: '' });
    expect(await check(dir, 'b.cts')).toMatchObject({ code: 0, stdout: '' });
    writeFileSync(join(dir, 'bare.mts'), text);
    const { stdout } = await check(dir, 'bare.mts');
    expect(stdout).toContain("Property 'disconnect' does not exist on type 'OpenAI'");
    expect(stdout).toContain("Property 'createResponse' does not exist on type 'OpenAIRealtimeWS'");
  }, 60_000);
});
