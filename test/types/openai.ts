// Compiled, never run: the types of hangup/openai, on the SDK's own types of its newest version.

import OpenAI from 'openai-7.59.0';
import { OpenAIRealtimeWS } from 'openai-7.59.0/realtime/ws';
import type { DisconnectReport } from '../../core/index.ts';
import { type AnswerOptions, overlay, type RealtimeSession, VoiceLockedError } from '../../overlays/openai/index.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_equal: Equal<A, B>): void => {};

export async function session(client: OpenAI): Promise<void> {
  const { target: RealtimeWS, undo } = overlay(OpenAIRealtimeWS, { timeout: 500 });
  const rt = new RealtimeWS({ model: 'gpt-realtime' }, client);
  same<typeof rt.activeResponses, ReadonlySet<string>>(true);
  const id = await rt.createResponse({ conversation: 'none' }, { signal: AbortSignal.timeout(100) });
  const cancelled = await rt.cancelResponse(id);
  same<typeof cancelled, 'cancelled' | 'ended' | 'idle' | 'timeout'>(true);
  const limits: AnswerOptions = { timeout: 100 };
  await rt.setVoice({ id: 'voice_1' }, limits);
  const report = await rt.close({ code: 1000, reason: 'bye' });
  same<typeof report, DisconnectReport>(true);
  await using ended = rt;
  // The SDK's own declarations stay as they were.
  rt.on('response.done', ({ response }) => void response.id);
  const sdk: OpenAIRealtimeWS = rt;
  const guard: RealtimeSession = rt;
  void [sdk, guard, ended, VoiceLockedError];
  undo();
  // @ts-expect-error an option that does not exist
  overlay(OpenAIRealtimeWS, { tiemout: 5 });
  // @ts-expect-error a voice is a name, or an object with an id
  void rt.setVoice(5);
}

export async function live(socket: OpenAIRealtimeWS): Promise<void> {
  const { target } = overlay(socket);
  const report = await target.disconnect(true);
  same<(typeof report)['outcome'], 'graceful' | 'forced'>(true);
  same<typeof target.connected, boolean>(true);
}

export async function client(): Promise<void> {
  const { target } = overlay(new OpenAI());
  const { members } = await target.disconnect({ timeout: 100 });
  void [members, target.connections, target.models.list];
  // @ts-expect-error a client is no session
  void target.createResponse;
}
