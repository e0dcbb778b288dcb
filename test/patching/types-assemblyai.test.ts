/** `hangup/types/assemblyai` declares the members that the load hook gives to the AssemblyAI SDK. */
import { test } from 'vitest';
import { assemblyai } from '../../overlays/assemblyai/sdk.ts';
import { playedOf } from '../contract/played.ts';
import { expectMembers } from './typed-app.ts';

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

const byClient = `
import { AssemblyAI } from 'assemblyai';
const client = new AssemblyAI({ apiKey: 'k' });
const made = client.streaming.transcriber({ sampleRate: 16_000 });
export const ends: Promise<{ outcome: 'graceful' | 'forced' }>[] = [client.disconnect(), made.disconnect(true), made.close()];
export const open: string[] = client.connections.map(({ name, state }) => name + state);
`;

const missing = { AssemblyAI: 'disconnect', StreamingTranscriber: 'disconnect' };

test.each(playedOf(['4.13.2', '4.36.4', '4.41.5']))(
  'an ES module and a CommonJS module see the members of assemblyai %s; without the file there are none',
  (version) => expectMembers({ sdk: assemblyai, version, program, client: byClient, missing }),
  60_000,
);
