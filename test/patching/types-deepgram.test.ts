/** `hangup/types/deepgram` declares the members that the load hook gives to a client of the Deepgram SDK. */
import { test } from 'vitest';
import { deepgram } from '../../overlays/deepgram/sdk.ts';
import { playedOf } from '../contract/played.ts';
import { expectMembers } from './typed-app.ts';

const program = `
import { DeepgramClient } from '@deepgram/sdk';
const client = new DeepgramClient({ apiKey: 'k' });
type Report = Promise<{ outcome: 'graceful' | 'forced' }>;
export const ends: Report[] = [client.disconnect(), client.disconnect(true)];
export const connected: boolean = client.connected;
export const open: string[] = client.connections.map(({ name, state }) => name + state);
`;

const legacy = `
import { createClient } from '@deepgram/sdk';
const client = createClient('k');
const live = client.listen.live({});
type Report = Promise<{ outcome: 'graceful' | 'forced' }>;
export const ends: Report[] = [client.disconnect(), live.disconnect(), live.disconnect(true), live.disconnect({ drain: 100 }), live.disconnect(1000, 'bye')];
export const connected: boolean = live.connected;
export const open: string[] = client.connections.map(({ name, state }) => name + state);
`;

test.each(playedOf(['3.4.0', '3.11.3', '4.11.3']))(
  'an ES module and a CommonJS module see the members of @deepgram/sdk %s; without the file there are none',
  (version) =>
    expectMembers({
      sdk: deepgram,
      version,
      program: legacy,
      missing: { DeepgramClient: 'disconnect', ListenLiveClient: 'connected' },
    }),
  60_000,
);

test.each(playedOf(['5.0.0', '5.8.0', '5.13.0']))(
  'an ES module and a CommonJS module see the members of @deepgram/sdk %s; without the file there are none',
  (version) => expectMembers({ sdk: deepgram, version, program, missing: { CustomDeepgramClient: 'disconnect' } }),
  60_000,
);
