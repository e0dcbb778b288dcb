// Compiled, never run: the types of hangup/agents-realtime, on the SDK's own types of its newest version.

import { OpenAIRealtimeWebSocket, RealtimeAgent, RealtimeSession } from 'agents-realtime-0.20.0';
import type { DisconnectReport } from '../../core/index.ts';
import { overlay } from '../../overlays/agents-realtime/index.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_equal: Equal<A, B>): void => {};

interface Context {
  readonly user: string;
}

export async function session(): Promise<void> {
  const agent = new RealtimeAgent<Context>({ name: 'a' });
  const { target, undo } = overlay(new RealtimeSession<Context>(agent, { context: { user: 'u' } }), { timeout: 500 });
  // The SDK's own declarations stay as they were.
  same<typeof target.context.context.user, string>(true);
  target.on('audio', ({ data }) => void data.byteLength);
  await target.connect({ apiKey: 'k' });
  const report = await target.close();
  same<typeof report, DisconnectReport>(true);
  same<typeof target.connected, boolean>(true);
  await using other = overlay(new RealtimeSession(agent)).target;
  await other.disconnect({ drain: 100 });
  undo();
}

export async function transports(live: OpenAIRealtimeWebSocket): Promise<void> {
  const { target: Transport } = overlay(OpenAIRealtimeWebSocket);
  const made: OpenAIRealtimeWebSocket = new Transport({ model: 'm' });
  await new Transport().disconnect(true);
  await overlay(live).target.close();
  void made;
  // @ts-expect-error an option that does not exist
  overlay(OpenAIRealtimeWebSocket, { tiemout: 5 });
}
