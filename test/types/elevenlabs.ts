// Compiled, never run: the types of hangup/elevenlabs, on the SDK's own types of its newest version.

import { AudioFormat, ElevenLabsClient, RealtimeConnection, RealtimeEvents } from 'elevenlabs-2.73.0';
import { Conversation } from 'elevenlabs-2.73.0/api/resources/conversationalAi/conversation/index.js';
import type { DisconnectReport } from '../../core/index.ts';
import { overlay } from '../../overlays/elevenlabs/index.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_equal: Equal<A, B>): void => {};

export async function client(): Promise<void> {
  const { target, undo } = overlay(new ElevenLabsClient({ apiKey: 'k' }), { timeout: 500 });
  const connection = await target.speechToText.realtime.connect({
    modelId: 'm',
    audioFormat: AudioFormat.PCM_16000,
    sampleRate: 16_000,
  });
  // The SDK's own declarations stay as they were.
  connection.on(RealtimeEvents.CLOSE, () => connection.send({ audioBase64: '' }));
  const report = await connection.close();
  same<typeof report, DisconnectReport>(true);
  same<typeof connection.connected, boolean>(true);
  await using other = await target.speechToText.realtime.connect({ modelId: 'm', url: 'https://x' });
  const { members } = await target.disconnect({ drain: 100 });
  void [other, members, target.connections, target.textToSpeech.convert, target.conversationalAi.agents];
  undo();
}

export async function classes(
  live: RealtimeConnection,
  options: ConstructorParameters<typeof Conversation>[0],
): Promise<void> {
  const { target: Connection } = overlay(RealtimeConnection);
  const made: RealtimeConnection = new Connection(16_000);
  const { target: Talk } = overlay(Conversation);
  await using conversation = new Talk(options);
  await conversation.startSession();
  const report = await conversation.endSession();
  same<typeof report, DisconnectReport>(true);
  await overlay(live).target.disconnect(true);
  void made;
  // @ts-expect-error an option that does not exist
  overlay(Conversation, { tiemout: 5 });
}
