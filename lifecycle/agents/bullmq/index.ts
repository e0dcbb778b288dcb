export type { RedisConnection } from './connections.ts';
export { type AgentHost, type HostOptions, serveHost } from './host.ts';
export type { HostBeat } from './hosts.ts';
export { type RemoteAgents, type RemoteAgentsOptions, remoteAgents } from './remote.ts';
