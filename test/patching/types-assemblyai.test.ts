/** `hangup/types/assemblyai` declares the members that the load hook gives to the AssemblyAI SDK. */
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { assemblyai } from '../../overlays/assemblyai/sdk.ts';
import { augmentationsOf, writeAugmentation } from '../../tools/augmentations.ts';
import { playedOf } from '../contract/played.ts';
import { root, run, scratch } from '../support/patching.ts';
import { barePackage } from '../support/sdk.ts';

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');

const program = `
import { AssemblyAI, StreamingTranscriber, RealtimeTranscriber } from 'assemblyai';
import { RealtimeTranscriber as Alone } from 'assemblyai/streaming';
const client = new AssemblyAI({ apiKey: 'k' });
const made = client.streaming.transcriber({ sampleRate: 16_000 });
const own: StreamingTranscriber = made;
const realtime = new RealtimeTranscriber({ apiKey: 'k' });
const alone = new Alone({ apiKey: 'k' });
type Report = Promise<{ outcome: 'graceful' | 'forced' }>;
export const ends: Report[] = [client.disconnect(), made.disconnect(true), own.close(), realtime.close(false), alone.disconnect()];
export const connected: boolean = made.connected;
`;

function app(version: string): string {
  const dir = scratch();
  const modules = join(dir, 'node_modules');
  cpSync(barePackage(version, assemblyai), join(modules, 'assemblyai'), { recursive: true });
  const hangup = join(modules, 'hangup');
  cpSync(join(root, 'package.json'), join(hangup, 'package.json'));
  cpSync(join(root, 'patches/assemblyai'), join(hangup, 'patches/assemblyai'), { recursive: true });
  for (const [name, text] of augmentationsOf(assemblyai)) writeAugmentation(join(hangup, 'dist/types', name), text);
  mkdirSync(join(modules, '@types'));
  for (const name of ['ws', '@types/ws', '@types/node'])
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
  return dir;
}

const options = '--noEmit --strict --skipLibCheck --target es2022 --lib es2022,esnext.disposable,dom --types node';
const check = (dir: string, ...files: string[]) =>
  run(process.execPath, [tsc, ...options.split(' '), '--module', 'nodenext', ...files], { cwd: dir });

test.each(playedOf(['4.13.2', '4.36.4', '4.41.5']))(
  'an ES module and a CommonJS module see the members of assemblyai %s; without the file there are none',
  async (version) => {
    const dir = app(version);
    for (const file of ['a.mts', 'b.cts'])
      writeFileSync(join(dir, file), `${program}import type {} from 'hangup/types/assemblyai';\n`);
    expect(await check(dir, 'a.mts')).toMatchObject({ code: 0, stdout: '' });
    expect(await check(dir, 'b.cts')).toMatchObject({ code: 0, stdout: '' });
    writeFileSync(join(dir, 'bare.mts'), program);
    const { stdout } = await check(dir, 'bare.mts');
    expect(stdout).toContain("Property 'disconnect' does not exist on type 'AssemblyAI'");
    expect(stdout).toContain("Property 'disconnect' does not exist on type 'StreamingTranscriber'");
  },
  60_000,
);
