export type { Agent, AgentExit } from './agent.ts';
export { AgentError, type AgentErrorCode } from './errors.ts';
export type { AgentRegistryOptions, SpawnOptions } from './options.ts';
export type { Reconciled } from './orphans.ts';
export { type AgentEnd, type AgentRecord, type AgentResult, type AgentState, isAgentId } from './record.ts';
export { AgentRegistry } from './registry.ts';
export { fileStore } from './stores/file.ts';
export { type RedisLike, type RedisStoreOptions, redisOptions, redisStore } from './stores/redis.ts';
export type { AgentStore, PutResult } from './stores/store.ts';
