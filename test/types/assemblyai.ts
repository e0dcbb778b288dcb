// Compiled, never run: the types of hangup/assemblyai, on the SDK's own types of its newest version.

import { AssemblyAI, RealtimeTranscriber, StreamingTranscriber } from 'assemblyai-4.41.5';
import type { DisconnectReport } from '../../core/index.ts';
import { overlay } from '../../overlays/assemblyai/index.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_equal: Equal<A, B>): void => {};

export async function client(): Promise<void> {
  const { target, undo } = overlay(new AssemblyAI({ apiKey: 'k' }), { timeout: 500 });
  const transcriber = target.streaming.transcriber({ sampleRate: 16_000 });
  // The SDK's own declarations stay as they were.
  transcriber.on('turn', ({ transcript }) => void transcript.length);
  const report = await transcriber.close(true, 1000);
  same<typeof report, DisconnectReport>(true);
  same<typeof transcriber.connected, boolean>(true);
  await using realtime = target.realtime.transcriber();
  const { members } = await target.disconnect({ drain: 100 });
  void [realtime, members, target.connections, target.transcripts.list];
  undo();
}

export async function classes(live: StreamingTranscriber): Promise<void> {
  const { target: Streaming } = overlay(StreamingTranscriber);
  const made: StreamingTranscriber = new Streaming({ apiKey: 'k', sampleRate: 16_000 });
  const { target: Realtime } = overlay(RealtimeTranscriber);
  await new Realtime({ apiKey: 'k' }).disconnect(true);
  await overlay(live).target.disconnect();
  void made;
  // @ts-expect-error an option that does not exist
  overlay(StreamingTranscriber, { tiemout: 5 });
}
