// Speaks, is interrupted, tries to change its voice, and hangs up.
//
//   npx tsx examples/openai-realtime.ts
//
// Without OPENAI_API_KEY in the environment, the provider is a server in this process. In an app, import from 'openai',
// 'openai/realtime/ws', 'hangup/openai' and 'hangup/testing'.
import OpenAI from 'openai-6.49.0';
import { OpenAIRealtimeWS } from 'openai-6.49.0/realtime/ws';
import { overlay, VoiceLockedError } from '../overlays/openai/index.ts';
import { startVoiceServer } from '../testing/index.ts';

const apiKey = process.env.OPENAI_API_KEY;
const server = apiKey ? undefined : await startVoiceServer({ chunks: 100, interval: 20 });

const client = new OpenAI(server ? { apiKey: 'a-key', baseURL: server.url } : { apiKey });
const { target: disconnectable } = overlay(client);
const { target: RealtimeWS } = overlay(OpenAIRealtimeWS);

const options = server ? { ca: server.ca } : {};
const rt = new RealtimeWS({ model: 'gpt-realtime', options }, client);
rt.on('error', (error) => console.log('error:', error.message));
let chunks = 0;
rt.on('response.output_audio.delta', () => chunks++);
await rt.emitted('session.created');

await rt.setVoice('cedar');
const id = await rt.createResponse({ instructions: 'Tell a long story.' });
await rt.emitted('response.output_audio.delta');
// The user begins to speak.
console.log(`${id}: ${await rt.cancelResponse()} after ${chunks > 0 ? 'some audio' : 'no audio'}`);
console.log(`again: ${await rt.cancelResponse()}`);

await rt.setVoice('marin').catch((error) => {
  if (!(error instanceof VoiceLockedError)) throw error;
  console.log(error.code);
});

const report = await disconnectable.disconnect({ timeout: 1500 });
console.log(report.outcome, report.members?.map(({ name, outcome }) => `${name}: ${outcome}`).join());
await server?.close();
