// Transcribes, loses the connection, starts again, waits for the rest of the transcript, and hangs up.
//
//   npx tsx examples/speechmatics.ts
//
// Without SPEECHMATICS_JWT in the environment, the provider is in this process. In an app, import from
// '@speechmatics/real-time-client', 'hangup/speechmatics' and 'hangup/testing'.
import { setTimeout as sleep } from 'node:timers/promises';
import { RealtimeClient } from 'speechmatics-8.5.1';
import { overlay } from '../overlays/speechmatics/index.ts';
import { fakeProvider } from '../testing/index.ts';

const jwt = process.env.SPEECHMATICS_JWT;
const address = { url: 'https://eu2.rt.speechmatics.com' };
const provider = jwt ? undefined : fakeProvider({ chunks: ['hello', 'hello world'], interval: 20 }, address);

const { target: client } = overlay(new RealtimeClient());
client.addEventListener('receiveMessage', ({ data }) => {
  if (data.message === 'AddPartialTranscript') console.log('so far:', data.metadata.transcript);
  if (data.message === 'AddTranscript') console.log('final:', data.metadata.transcript);
});
client.addEventListener('socketStateChange', ({ socketState }) => console.log('socket:', socketState));

const start = () =>
  client.start(jwt || 'a-token', {
    transcription_config: { language: 'en' },
    audio_format: { type: 'raw', encoding: 'pcm_s16le', sample_rate: 16_000 },
  });
await start();
if (provider) {
  provider.inflict({ kind: 'close', code: 1011, reason: 'overloaded' });
  while (client.socketState !== 'closed') await sleep(5);
  await start();
}

// 100 ms of silence; an app sends the audio of a microphone or of a call.
client.sendAudio(new Int16Array(1600));
const { outcome, steps } = await client.disconnect({ drain: 5000 });
console.log(outcome, steps.map(({ name, outcome }) => `${name} ${outcome}`).join(', '));
await provider?.close();
