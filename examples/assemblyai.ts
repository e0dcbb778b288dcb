// Transcribes, loses the connection, connects again, waits for the last transcript, and hangs up.
//
//   npx tsx examples/assemblyai.ts
//
// Without ASSEMBLYAI_API_KEY in the environment, the provider is in this process. In an app, import from 'assemblyai',
// 'hangup/assemblyai' and 'hangup/testing'.
import { AssemblyAI } from 'assemblyai-4.41.5';
import { overlay } from '../overlays/assemblyai/index.ts';
import { fakeProvider } from '../testing/index.ts';

const apiKey = process.env.ASSEMBLYAI_API_KEY;
const address = { url: 'https://streaming.assemblyai.com' };
const provider = apiKey ? undefined : fakeProvider({ chunks: ['hello', 'hello world'], interval: 20 }, address);

const { target: client } = overlay(new AssemblyAI({ apiKey: apiKey || 'a-key' }));
const transcriber = client.streaming.transcriber({ sampleRate: 16_000, connectTimeout: 5000 });
/** Resolves when the connection is lost. */
const listen = () => {
  transcriber.on('turn', ({ transcript, end_of_turn }) => console.log(end_of_turn ? 'turn:' : 'so far:', transcript));
  return new Promise<void>((resolve) => {
    transcriber.on('close', (code, reason) => {
      console.log('lost:', code, reason);
      resolve();
    });
  });
};

const lost = listen();
await transcriber.connect();
if (provider) {
  provider.inflict({ kind: 'close', code: 1011, reason: 'overloaded' });
  await lost;
  // The SDK forgets the listeners, and may connect again.
  await transcriber.close();
  void listen();
  await transcriber.connect();
}

// 100 ms of silence; an app sends the audio of a microphone or of a call.
transcriber.sendAudio(new Int16Array(1600).buffer);
const { outcome, steps, members } = await client.disconnect({ drain: 5000 });
console.log(outcome, (members?.[0]?.steps ?? steps).map(({ name, outcome }) => `${name} ${outcome}`).join(', '));
await provider?.close();
