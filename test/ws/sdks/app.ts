// An app on one SDK that has no overlay: connects, and calls the SDK's own close as its documents say.
//
//   node --import tsx test/ws/sdks/app.ts <home of the SDKs> <SDK> <case> <address> [guarded]
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { overlay } from '../../../overlays/ws/index.ts';
import type { Case } from './cases.ts';

const [home, sdk, played, address, guarded] = process.argv.slice(2) as [string, string, Case, string, string?];
const require = createRequire(`${home}/package.json`);

/** Connects, and returns the SDK's own close. The SDKs are of no types here: the project does not install them. */
type App = (url: string) => Promise<() => unknown>;
// biome-ignore lint/suspicious/noExplicitAny: see above
const load = (name: string): any => require(name);

const apps: Record<string, App> = {
  async '@openai/agents-realtime'(url) {
    const { OpenAIRealtimeWebSocket } = load('@openai/agents-realtime');
    const transport = new OpenAIRealtimeWebSocket({ url, useInsecureApiKey: true });
    transport.on('error', () => {});
    await transport.connect({ apiKey: 'a-key', url, model: 'gpt-realtime' });
    return () => transport.close();
  },
  async 'microsoft-cognitiveservices-speech-sdk'(url) {
    const speech = load('microsoft-cognitiveservices-speech-sdk');
    const config = speech.SpeechConfig.fromEndpoint(new URL(`${url}/speech/recognition`), 'a-key');
    const recognizer = new speech.SpeechRecognizer(
      config,
      speech.AudioConfig.fromStreamInput(speech.AudioInputStream.createPushStream()),
    );
    const connected = new Promise<void>((resolve) => {
      speech.Connection.fromRecognizer(recognizer).connected = () => resolve();
      recognizer.canceled = () => resolve();
    });
    recognizer.startContinuousRecognitionAsync();
    await connected;
    return () => recognizer.close();
  },
  async hume(url) {
    const { HumeClient } = load('hume');
    const client = new HumeClient({ apiKey: 'a-key', environment: { base: url, evi: url, tts: url, stream: url } });
    const socket = client.empathicVoice.chat.connect();
    socket.on('error', () => {});
    await socket.tillSocketOpen();
    return () => socket.close();
  },
  async '@gladiaio/sdk'(url) {
    const { GladiaClient } = load('@gladiaio/sdk');
    const client = new GladiaClient({ apiKey: 'a-key', apiUrl: url.replace('ws', 'http') });
    const session = client.liveV2().startSession({});
    session.on('error', () => {});
    const settled = new Promise<void>((resolve) => {
      session.on('connected', () => resolve());
      session.on('ended', () => resolve());
    });
    await settled;
    return () => session.endSession();
  },
  async '@speechmatics/real-time-client'(url) {
    const { RealtimeClient } = load('@speechmatics/real-time-client');
    const client = new RealtimeClient({ url });
    await client.start('a-token', { transcription_config: { language: 'en' } });
    return () => client.stopRecognition();
  },
};

if (guarded !== undefined) overlay(load('ws').WebSocket, { connectTimeout: 2000 });
// Loading is not what is measured.
load(sdk);
/** The time counts from the last of these. */
const begin = () => process.send?.('begin');

try {
  begin();
  const close = await apps[sdk]!(address);
  // The provider sends something that the SDK cannot read.
  if (played === 'frame') await sleep(500);
  if (played !== 'stall') begin();
  await close();
} catch (error) {
  console.log(`told: ${(error as Error | undefined)?.message ?? error}`);
}
