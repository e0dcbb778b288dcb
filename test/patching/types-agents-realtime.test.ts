/** `hangup/types/agents-realtime` declares the members that the load hook gives to OpenAI's agents. */
import { test } from 'vitest';
import { agentsRealtime } from '../../overlays/agents-realtime/sdk.ts';
import { startedVersions } from '../contract/played.ts';
import { installAgents } from '../support/agents.ts';
import { expectMembers } from './typed-app.ts';

const program = `
import { OpenAIRealtimeWebSocket, RealtimeAgent, RealtimeSession } from '@openai/agents-realtime';
const session = new RealtimeSession<{ user: string }>(new RealtimeAgent({ name: 'a' }));
const transport = new OpenAIRealtimeWebSocket();
type Report = Promise<{ outcome: 'graceful' | 'forced' }>;
export const ends: Report[] = [session.disconnect(), session.close(), transport.disconnect(true), transport.close()];
export const connected: boolean = session.connected;
`;

const missing = { RealtimeSession: 'disconnect', OpenAIRealtimeWebSocket: 'disconnect' };

test.each(startedVersions(agentsRealtime))(
  'an ES module and a CommonJS module see the members of @openai/agents-realtime %s; without the file there are none',
  async (version) => {
    const install = (modules: string) => void installAgents(version, modules);
    await expectMembers({ sdk: agentsRealtime, version, program, missing, install });
  },
  60_000,
);
