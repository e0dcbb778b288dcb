// Transcribes with Scribe, talks with an agent, loses its connection, and hangs up.
//
//   npx tsx examples/elevenlabs.ts
//
// Without ELEVENLABS_API_KEY and ELEVENLABS_AGENT_ID in the environment, the provider is in this process. In an app, import from
// '@elevenlabs/elevenlabs-js', 'hangup/elevenlabs' and 'hangup/testing'.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { AudioFormat, ElevenLabsClient, RealtimeEvents } from 'elevenlabs-2.73.0';
import { Conversation } from 'elevenlabs-2.73.0/api/resources/conversationalAi/conversation/index.js';
import { overlay } from '../overlays/elevenlabs/index.ts';
import { fakeProvider } from '../testing/index.ts';

const { ELEVENLABS_API_KEY: apiKey, ELEVENLABS_AGENT_ID: agentId } = process.env;
const isReal = apiKey && agentId;
const provider = isReal ? undefined : fakeProvider({ chunks: 2, interval: 20 }, { url: 'https://api.elevenlabs.io' });

overlay(Conversation);
const { target: client } = overlay(new ElevenLabsClient({ apiKey: apiKey || 'a-key' }));

const transcription = await client.speechToText.realtime.connect({
  modelId: 'scribe_v2_realtime',
  audioFormat: AudioFormat.PCM_16000,
  sampleRate: 16_000,
});
transcription.on(RealtimeEvents.PARTIAL_TRANSCRIPT, (data) => console.log('so far:', (data as { text: string }).text));
transcription.on(RealtimeEvents.COMMITTED_TRANSCRIPT, (data) => console.log('said:', (data as { text: string }).text));
while (!transcription.connected) await sleep(5);
// 100 ms of silence; an app sends the audio of a microphone or of a call.
transcription.send({ audioBase64: Buffer.alloc(3200).toString('base64') });
const { outcome } = await transcription.disconnect({ drain: 5000 });
console.log('transcription:', outcome);

// An app has a microphone and a speaker here.
const audioInterface = {
  start: () => console.log('microphone on'),
  stop: () => console.log('microphone off'),
  output: () => console.log('the agent speaks'),
  interrupt() {},
};
const talk = async () => {
  const conversation = new Conversation({
    conversationClient: client,
    agentId: agentId ?? 'an-agent',
    requiresAuth: false,
    audioInterface,
  });
  conversation.on('session_ended', (_id, code, reason) => console.log('session ended:', code ?? 'by us', reason ?? ''));
  await conversation.startSession();
  return conversation;
};

const conversation = await talk();
if (provider) {
  const ended = once(conversation, 'session_ended');
  provider.inflict({ kind: 'close', code: 1011, reason: 'overloaded' });
  await ended;
  // It cannot be started again.
  conversation.endSession();
  await talk();
}
const report = await client.disconnect();
console.log('client:', report.outcome, report.members?.map(({ name }) => name).join());
await provider?.close();
