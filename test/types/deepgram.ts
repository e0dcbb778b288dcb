// Compiled, never run: the types of hangup/deepgram, on the SDK's own types of its newest versions.

import { createClient, type ListenLiveClient } from 'deepgram-4.11.3';
import { DeepgramClient } from 'deepgram-5.13.0';
import type { DisconnectReport } from '../../core/index.ts';
import { overlay } from '../../overlays/deepgram/index.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_equal: Equal<A, B>): void => {};

export async function client(): Promise<void> {
  const { target, undo } = overlay(new DeepgramClient({ apiKey: 'k' }), { timeout: 500 });
  const socket = await target.listen.v1.connect({ model: 'nova-3' });
  // The SDK's own declarations stay as they were.
  socket.on('message', (message) => void message.type);
  for await (const message of socket) void message.type;
  const report = await socket.close();
  same<typeof report, DisconnectReport>(true);
  same<typeof socket.connected, boolean>(true);
  await using speaker = await target.speak.v1.createConnection({ model: 'aura-2-thalia-en' });
  speaker.sendText({ type: 'Speak', text: 'hello' });
  const agent = await target.agent.v1.connect();
  const { members } = await target.disconnect({ drain: 100 });
  void [agent.connected, members, target.connections, target.manage.v1.projects.list];
  undo();
}

export async function sockets(): Promise<void> {
  const bare = new DeepgramClient({ apiKey: 'k' });
  const { target: flux } = overlay(await bare.listen.v2.connect({ model: 'flux-general-en' }));
  await flux.disconnect(true);
  const { target: Client } = overlay(DeepgramClient);
  const made = new Client({ apiKey: 'k' });
  await (await made.listen.v1.connect({ model: 'nova-3' })).disconnect();
  // @ts-expect-error an option that does not exist
  overlay(DeepgramClient, { tiemout: 5 });
}

export async function legacy(live: ListenLiveClient): Promise<void> {
  const { target } = overlay(createClient('k'));
  const made = target.listen.live({ model: 'nova-2' });
  const reports: DisconnectReport[] = [await made.disconnect(), await made.disconnect(1000, 'bye')];
  same<typeof made.connected, boolean>(true);
  void [reports, await target.agent().disconnect(true), await overlay(live).target.disconnect({ drain: 5 })];
  await target.disconnect();
}
