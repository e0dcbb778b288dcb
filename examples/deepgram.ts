// Transcribes in a loop, loses the connection, transcribes on another one, waits for the last words, and hangs up.
//
//   npx tsx examples/deepgram.ts
//
// Without DEEPGRAM_API_KEY in the environment, the provider is in this process. In an app, import from '@deepgram/sdk',
// 'hangup/deepgram' and 'hangup/testing'.
import { DeepgramClient } from 'deepgram-5.13.0';
import { overlay } from '../overlays/deepgram/index.ts';
import { fakeProvider } from '../testing/index.ts';

const apiKey = process.env.DEEPGRAM_API_KEY;
const address = { url: 'https://api.deepgram.com' };
const provider = apiKey ? undefined : fakeProvider({ chunks: ['hello', 'hello world'], interval: 20 }, address);

const { target: client } = overlay(new DeepgramClient({ apiKey: apiKey || 'a-key' }));

async function open() {
  const socket = await client.listen.v1.connect({ model: 'nova-3', interim_results: 'true' });
  socket.connect();
  await socket.waitForOpen();
  return socket;
}
type Socket = Awaited<ReturnType<typeof open>>;

/** Reads until the loop ends. */
async function read(socket: Socket): Promise<void> {
  try {
    for await (const message of socket) {
      if (message.type !== 'Results') continue;
      const [best] = message.channel.alternatives;
      console.log(message.is_final ? 'final:' : 'so far:', best?.transcript);
    }
    console.log('the loop has ended');
  } catch (error) {
    const { code, closeCode, closeReason } = error as { code?: string; closeCode?: number; closeReason?: string };
    console.log('lost:', code, closeCode, closeReason);
  }
}

if (provider) {
  const socket = await open();
  const reading = read(socket);
  // The SDK would end the loop without a word.
  provider.inflict({ kind: 'close', code: 1000, reason: 'idle for too long' });
  await reading;
}

const socket = await open();
const reading = read(socket);
// 100 ms of silence; an app sends the audio of a microphone or of a call.
socket.sendMedia(new Int16Array(1600).buffer);
const { outcome, steps, members } = await client.disconnect({ drain: 5000 });
await reading;
console.log(outcome, (members?.at(-1)?.steps ?? steps).map(({ name, outcome }) => `${name} ${outcome}`).join(', '));
await provider?.close();
