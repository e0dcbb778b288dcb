/** `hangup/types/openai` and its siblings declare the members that the load hook gives to the OpenAI SDK. */
import { describe, test } from 'vitest';
import { openai } from '../../overlays/openai/sdk.ts';
import { expectMembers } from './typed-app.ts';

const apps = [
  ['7.59.0', 'openai', 'openai/realtime/ws'],
  ['6.49.0', 'openai-6.49', 'openai/realtime/ws'],
  ['4.97.0', 'openai-4.97', 'openai/beta/realtime/ws'],
] as const;

const programWith = (module: string) => `
import OpenAI, { OpenAI as Named } from 'openai';
import { OpenAIRealtimeWS } from '${module}';
const client = new OpenAI();
const rt = new OpenAIRealtimeWS({ model: 'a-model' }, client);
export const ends: Promise<{ outcome: 'graceful' | 'forced' }>[] = [client.disconnect(), rt.disconnect(true), rt.close()];
export const connected: boolean = new Named().connected;
export const open: string[] = client.connections.map(({ name, state }) => name + state);
export const id: Promise<string> = rt.createResponse();
`;

const missing = { OpenAI: 'disconnect', OpenAIRealtimeWS: 'createResponse' };

describe.each(apps)('openai %s with hangup/types/%s', (version, types, module) => {
  test(
    'an ES module and a CommonJS module see the members; without it there are none',
    () => expectMembers({ sdk: openai, version, types, program: programWith(module), missing }),
    60_000,
  );
});
