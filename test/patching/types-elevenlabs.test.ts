/** `hangup/types/elevenlabs` declares the members that the load hook gives to the ElevenLabs SDK. */
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { elevenlabs } from '../../overlays/elevenlabs/sdk.ts';
import { versionsOf } from '../../overlays/sdk.ts';
import { augmentationsOf, writeAugmentation } from '../../tools/augmentations.ts';
import { startedVersions } from '../contract/played.ts';
import { root, run, scratch } from '../support/patching.ts';
import { barePackage } from '../support/sdk.ts';

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');

const program = `
import { ElevenLabsClient, RealtimeConnection } from '@elevenlabs/elevenlabs-js';
import { Conversation } from '@elevenlabs/elevenlabs-js/api/resources/conversationalAi/conversation/index.js';
declare const client: ElevenLabsClient, conversation: Conversation;
const made = await client.speechToText.realtime.connect({ modelId: 'm', url: 'https://x' });
const own: RealtimeConnection = made;
type Report = Promise<{ outcome: 'graceful' | 'forced' }>;
export const ends: Report[] = [client.disconnect(), made.disconnect(true), own.close(), conversation.endSession()];
export const connected: boolean = made.connected;
`;

function app(version: string): string {
  const dir = scratch();
  const modules = join(dir, 'node_modules');
  mkdirSync(join(modules, '@elevenlabs'), { recursive: true });
  symlinkSync(barePackage(version, elevenlabs), join(modules, elevenlabs.packageName));
  const hangup = join(modules, 'hangup');
  cpSync(join(root, 'package.json'), join(hangup, 'package.json'));
  const patches = join('patches', elevenlabs.packageName);
  cpSync(join(root, patches), join(hangup, patches), { recursive: true });
  for (const [name, text] of augmentationsOf(elevenlabs)) writeAugmentation(join(hangup, 'dist/types', name), text);
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
  return dir;
}

const options = '--noEmit --strict --skipLibCheck --target es2022 --lib es2022,esnext.disposable,dom --types node';
const typeRoots = ['--typeRoots', join(root, 'node_modules/@types')];
const check = (dir: string, ...files: string[]) =>
  run(
    process.execPath,
    [tsc, ...options.split(' '), ...typeRoots, '--module', 'nodenext', '--preserveSymlinks', ...files],
    {
      cwd: dir,
    },
  );

test('the versions share one file', () => {
  expect([...augmentationsOf(elevenlabs).keys()]).toEqual(['elevenlabs']);
  expect(versionsOf(elevenlabs).length).toBeGreaterThan(1);
});

test.each(startedVersions(elevenlabs))(
  'an app sees the members of elevenlabs %s; without the file there are none',
  async (version) => {
    const dir = app(version);
    writeFileSync(join(dir, 'a.mts'), `${program}import type {} from 'hangup/types/elevenlabs';\n`);
    expect(await check(dir, 'a.mts')).toMatchObject({ code: 0, stdout: '' });
    writeFileSync(join(dir, 'bare.mts'), program);
    const { stdout } = await check(dir, 'bare.mts');
    expect(stdout).toContain("Property 'disconnect' does not exist on type 'ElevenLabsClient'");
    expect(stdout).toContain("Property 'disconnect' does not exist on type 'RealtimeConnection'");
  },
  60_000,
);
