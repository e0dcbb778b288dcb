// Compiled by npm run package against the packed tarball, never run: agent processes.

import {
  type Agent,
  type AgentEnd,
  AgentError,
  AgentRegistry,
  type AgentResult,
  type AgentStore,
  fileStore,
  isAgentId,
  type Reconciled,
} from 'hangup/agents';
import { createShutdown, Session } from 'hangup/lifecycle';

const store: AgentStore = fileStore('.hangup/agents');
export const agents: AgentRegistry = createShutdown().use(
  'resources',
  'agents',
  new AgentRegistry({ store, grace: 500 }),
);

export async function run(id: string): Promise<AgentResult | undefined> {
  if (!isAgentId(id)) return undefined;
  const agent: Agent = await agents.spawn(id, ['node', 'agent.js'], {
    ready: 'ipc',
    labels: { user: 'Ada' },
    env: { SESSION_ID: id, SECRET: undefined },
    onLine: (line, stream) => console.log(stream === 'stderr' ? line : line.length),
  });
  await agent.ready;
  new Session(id).use('agent', agent);
  const end: AgentEnd | undefined = await agents.end(id, { timeout: 500 });
  const { ended }: Reconciled = await agents.reconcile();
  return end?.result ?? ended[0]?.result;
}

export const isFull = (error: unknown): boolean => error instanceof AgentError && error.code === 'ERR_AGENT_STORE';
// @ts-expect-error an option that does not exist
new AgentRegistry({ graze: 500 });
// @ts-expect-error a command is no line for a shell
void agents.spawn('one', 'node agent.js');
