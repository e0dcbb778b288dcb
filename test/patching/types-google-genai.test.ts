/** `hangup/types/google-genai` declares the members that the load hook gives to the Google GenAI SDK. */
import { test } from 'vitest';
import { googleGenai } from '../../overlays/google-genai/sdk.ts';
import { playedOf } from '../contract/played.ts';
import { expectMembers } from './typed-app.ts';

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

const byClient = `
import { GoogleGenAI } from '@google/genai';
const client = new GoogleGenAI({ apiKey: 'k' });
export async function ends(): Promise<{ outcome: 'graceful' | 'forced' }[]> {
  const made = await client.live.connect({ model: 'm', callbacks: { onmessage() {} } });
  return [await client.disconnect(), await made.disconnect(true), await made.close()];
}
export const open: string[] = client.connections.map(({ name, state }) => name + state);
`;

const missing = { GoogleGenAI: 'disconnect', Session: 'disconnect' };
const imports = ['google-auth-library'];

test.each(playedOf(['0.7.0', '2.32.0', '3.3.0']))(
  'an ES module and a CommonJS module see the members of @google/genai %s; without the file there are none',
  (version) => expectMembers({ sdk: googleGenai, version, program, client: byClient, missing, imports }),
  60_000,
);
