// Speaks until it gets SIGTERM. Then it hangs up within its budget, and the process ends by itself.
//
//   CARTESIA_API_KEY=<key> CARTESIA_VOICE_ID=<voice> npx tsx examples/graceful-shutdown.ts
//
// In an app, import from '@cartesia/cartesia-js', 'hangup' and 'hangup/cartesia'.
import { Cartesia } from 'cartesia-4.2.0';
import { isStreamEnded } from '../core/index.ts';
import { overlay } from '../overlays/cartesia/index.ts';

const { target: client } = overlay(new Cartesia({ apiKey: process.env.CARTESIA_API_KEY ?? null }), { timeout: 1500 });
const ws = await client.tts.websocket();

process.once('SIGTERM', async () => {
  // Ends every connection of this client under one deadline. Never rejects.
  const report = await client.disconnect();
  console.log(`${report.outcome} after ${Math.round(report.durationMs)} ms`);
});

const context = ws.context({
  model_id: 'sonic-3',
  voice: { mode: 'id', id: process.env.CARTESIA_VOICE_ID ?? '' },
  output_format: { container: 'raw', encoding: 'pcm_s16le', sample_rate: 16000 },
});
await context.push({ transcript: 'This goes on until somebody hangs up. '.repeat(20) });

try {
  let bytes = 0;
  for await (const event of context.receive()) if (event.type === 'chunk') bytes += event.audio?.length ?? 0;
  // The loop also comes here after disconnect(), because an end of your own is not an error.
  console.log(`${bytes} bytes of audio`);
} catch (error) {
  // The provider or the network has ended the loop.
  if (!isStreamEnded(error)) throw error;
  console.error(`cut off: ${error.message}`);
}
await client.disconnect();
