// Compiled, never run: the types of hangup/speechmatics, on the SDK's own types of its newest version.

import { RealtimeClient } from 'speechmatics-8.5.1';
import type { DisconnectReport } from '../../core/index.ts';
import { overlay } from '../../overlays/speechmatics/index.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_equal: Equal<A, B>): void => {};

export async function client(): Promise<void> {
  const { target, undo } = overlay(new RealtimeClient(), { timeout: 500 });
  // The SDK's own declarations stay as they were.
  target.addEventListener('receiveMessage', ({ data }) => void (data.message === 'AddTranscript' && data.metadata));
  const { id } = await target.start('a-token', { transcription_config: { language: 'en' } });
  const report = await target.disconnect({ drain: 100 });
  same<typeof report, DisconnectReport>(true);
  same<typeof target.connected, boolean>(true);
  void id;
  undo();
}

export async function classes(live: RealtimeClient): Promise<void> {
  const { target: Client } = overlay(RealtimeClient);
  await using made = new Client({ appId: 'an-app' });
  const plain: RealtimeClient = made;
  await overlay(live).target.disconnect(true);
  void plain;
  // @ts-expect-error an option that does not exist
  overlay(RealtimeClient, { tiemout: 5 });
}
