// The names that the blocks of docs/fleet.md use and do not make.
import type { AgentRegistry, RedisLike } from 'hangup/agents';

declare global {
  const agents: AgentRegistry;
  const redis: RedisLike;
}
