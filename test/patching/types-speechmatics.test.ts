/** `hangup/types/speechmatics` declares the members that the load hook gives to the Speechmatics SDK. */
import { test } from 'vitest';
import { versionsOf } from '../../overlays/sdk.ts';
import { speechmatics } from '../../overlays/speechmatics/sdk.ts';
import { playedOf } from '../contract/played.ts';
import { expectMembers } from './typed-app.ts';

const program = `
import { RealtimeClient } from '${speechmatics.packageName}';
const client = new RealtimeClient();
type Report = Promise<{ outcome: 'graceful' | 'forced' }>;
export const ends: Report[] = [client.disconnect(), client.disconnect({ drain: 100 })];
export const connected: boolean = client.connected;
export const stopped: Promise<unknown> = client.stopRecognition({ noTimeout: true });
`;

const missing = { RealtimeClient: 'disconnect' };
const imports = ['typescript-event-target'];

test.each(playedOf(versionsOf(speechmatics)))(
  'an ES module and a CommonJS module see the members of speechmatics %s; without the file there are none',
  (version) => expectMembers({ sdk: speechmatics, version, program, missing, imports }),
  60_000,
);
