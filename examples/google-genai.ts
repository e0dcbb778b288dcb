// Talks to a model, loses the connection, connects again, waits for the end of the turn, and hangs up.
//
//   npx tsx examples/google-genai.ts
//
// Without GEMINI_API_KEY in the environment, the provider is in this process. In an app, import from '@google/genai',
// 'hangup/google-genai' and 'hangup/testing'.
import { GoogleGenAI, Modality } from 'google-genai-3.3.0';
import { overlay } from '../overlays/google-genai/index.ts';
import { fakeProvider } from '../testing/index.ts';

const apiKey = process.env.GEMINI_API_KEY;
const address = { url: 'https://generativelanguage.googleapis.com' };
const provider = apiKey ? undefined : fakeProvider({ interval: 20 }, address);

const { target: client } = overlay(new GoogleGenAI({ apiKey: apiKey || 'a-key' }));
let bytes = 0;
const connect = (onLost?: () => void) =>
  client.live.connect({
    model: 'gemini-2.5-flash-native-audio-preview-12-2025',
    config: { responseModalities: [Modality.AUDIO] },
    callbacks: {
      onmessage({ serverContent, data }) {
        if (data) bytes += Buffer.from(data, 'base64').length;
        if (serverContent?.turnComplete) console.log('turn:', bytes > 0 ? 'audio' : 'silence');
      },
      onclose({ code, reason }) {
        console.log('lost:', code, reason);
        onLost?.();
      },
    },
  });

let lose = () => {};
const lost = new Promise<void>((resolve) => {
  lose = resolve;
});
let session = await connect(lose);
if (provider) {
  provider.inflict({ kind: 'close', code: 1011, reason: 'overloaded' });
  await lost;
  session = await connect();
}

session.sendClientContent({ turns: 'Say hello.' });
const { outcome, members = [] } = await client.disconnect({ drain: 10_000 });
const steps = members.at(-1)?.steps ?? [];
console.log(outcome, steps.map(({ name, outcome }) => `${name} ${outcome}`).join(', '));
await provider?.close();
