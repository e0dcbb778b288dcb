/** `hangup/types/elevenlabs` declares the members that the load hook gives to the ElevenLabs SDK. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { elevenlabs } from '../../overlays/elevenlabs/sdk.ts';
import { versionsOf } from '../../overlays/sdk.ts';
import { augmentationsOf } from '../../tools/augmentations.ts';
import { startedVersions } from '../contract/played.ts';
import { barePackage, root } from '../support/sdk.ts';
import { expectMembers } from './typed-app.ts';

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

const byClient = `
import { ElevenLabsClient } from '@elevenlabs/elevenlabs-js';
declare const client: ElevenLabsClient;
const made = await client.speechToText.realtime.connect({ modelId: 'm', url: 'https://x' });
export const ends: Promise<{ outcome: 'graceful' | 'forced' }>[] = [client.disconnect(), made.disconnect(true), made.close()];
export const open: string[] = client.connections.map(({ name, state }) => name + state);
`;

const missing = { ElevenLabsClient: 'disconnect', RealtimeConnection: 'disconnect' };
// The SDK has thousands of files: it is not copied.
const options = ['--preserveSymlinks', '--typeRoots', join(root, 'node_modules/@types')];

test('the versions share one file', () => {
  expect([...augmentationsOf(elevenlabs).keys()]).toEqual(['elevenlabs']);
  expect(versionsOf(elevenlabs).length).toBeGreaterThan(1);
});

test.each(startedVersions(elevenlabs))(
  'an app sees the members of elevenlabs %s; without the file there are none',
  async (version) => {
    const install = (modules: string) => {
      const sdk = join(modules, elevenlabs.packageName);
      mkdirSync(dirname(sdk), { recursive: true });
      symlinkSync(barePackage(version, elevenlabs), sdk);
    };
    await expectMembers({
      sdk: elevenlabs,
      version,
      program,
      client: byClient,
      missing,
      install,
      options,
      files: ['a.mts'],
    });
  },
  60_000,
);
