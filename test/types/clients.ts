// Compiled, never run: the clients of the past, on the SDK's own types.

import type { Disconnectable, DisconnectReport } from '../../core/index.ts';
import { overlay } from '../../overlays/cartesia/index.ts';
import { Cartesia1, CartesiaClient2, CompatClient } from './sdk.ts';

const ends = (connection: Disconnectable): Promise<DisconnectReport> => connection.disconnect(true);

export async function clients(): Promise<void> {
  const { target: first } = overlay(new Cartesia1({ apiKey: 'key' }), { timeout: 500 });
  const oldest = first.tts.websocket({ sampleRate: 16_000 });
  await ends(oldest);
  await oldest.connect();
  await ends(first);
  const cartesia: Cartesia1 = first;
  void cartesia.voices;

  const { target: second } = overlay(new CartesiaClient2({ apiKey: 'key' }));
  const speaking = second.tts.websocket({ sampleRate: 16_000, container: 'raw', encoding: 'pcm_s16le' });
  await ends(speaking);
  const { source } = await speaking.send({} as Parameters<typeof speaking.send>[0]);
  void source;
  const transcribing = second.stt.websocket({ model: 'ink-whisper', encoding: 'pcm_s16le', sampleRate: 16_000 });
  const report = await transcribing.disconnect({ timeout: 100 });
  const outcome: 'graceful' | 'forced' = report.outcome;
  void outcome;
  await ends(second);
  void second.voices.list();

  const { target: compat } = overlay(new CompatClient({ apiKey: 'key' }));
  await ends(compat.tts.websocket({ container: 'raw', encoding: 'pcm_s16le', sampleRate: 16_000 }));
  await ends(compat);
  // @ts-expect-error a budget is a number
  void compat.disconnect({ timeout: '5' });
}
