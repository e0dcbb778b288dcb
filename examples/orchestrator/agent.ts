// The agent process of one session: a voice that speaks by Cartesia until it is told to end. The orchestrator starts it.
//
// With CARTESIA_API_KEY it speaks by Cartesia, else by a local provider, which only hums.
// In an app, import from '@cartesia/cartesia-js', 'hangup/cartesia', 'hangup/lifecycle' and 'hangup/testing'.
import { setTimeout as sleep } from 'node:timers/promises';
import { Cartesia } from 'cartesia-4.2.0';
import { createShutdown, Session } from '../../lifecycle/index.ts';
import { overlay } from '../../overlays/cartesia/index.ts';
import { startVoiceServer, type VoiceServer } from '../../testing/index.ts';

const { SESSION_ID = 'alone', USER_NAME = 'you', VOICE_ID, CARTESIA_API_KEY, CARTESIA_VOICE_ID } = process.env;
const pauseMs = 5000;

// The orchestrator logs the output of its agents. So it gets the warnings and errors of the shutdown only.
const warn = (_: object, message: string) => console.error(message);
// It is over before the orchestrator's grace of 2000 ms, after which it would kill this process.
const shutdown = createShutdown({ timeout: 1500, logger: { info: () => {}, warn, error: warn } });
// The provider or the network has hung up: without them there is no call.
const session = new Session(SESSION_ID, {
  onError: (error) => void shutdown.end(error instanceof Error ? error : String(error)),
});
shutdown.use('sessions', 'call', session);

const local = CARTESIA_API_KEY ? undefined : await startLocalProvider();
const access = local === undefined ? { apiKey: CARTESIA_API_KEY! } : { apiKey: 'none', baseURL: local.url };
const { target: client } = overlay(new Cartesia(access), { timeout: 1000 });
session.use('client', client);
const ws = await client.tts.websocket(local && { ca: local.ca });
console.log(`Connected to ${local === undefined ? 'Cartesia' : 'the local provider'}`);

void session.tasks.run('talk', async (signal) => {
  console.log('Pipeline started');
  await speak(`Hello ${USER_NAME}, how are you?`, signal);
  for (;;) {
    await sleep(pauseMs, undefined, { signal });
    await speak('Are you still there?', signal);
  }
});

async function startLocalProvider(): Promise<VoiceServer> {
  const provider = await startVoiceServer({ chunks: 50, chunkBytes: 1280, interval: 40 });
  shutdown.use('resources', 'local provider', () => provider.close());
  return provider;
}

/** Resolves when the sentence is over, or cut by the signal. */
async function speak(transcript: string, signal: AbortSignal): Promise<void> {
  const context = ws.context({
    model_id: 'sonic-3',
    voice: { mode: 'id', id: VOICE_ID || CARTESIA_VOICE_ID || '' },
    output_format: { container: 'raw', encoding: 'pcm_s16le', sample_rate: 16000 },
  });
  const cut = () => void context.cancel();
  signal.addEventListener('abort', cut);
  let bytes = 0;
  for await (const event of context.generate({ transcript }))
    if (event.type === 'chunk') bytes += event.audio?.length ?? 0;
  signal.removeEventListener('abort', cut);
  console.log(`spoke ${bytes} bytes of audio`);
}
