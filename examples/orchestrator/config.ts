import { hostname } from 'node:os';
import { extname, join } from 'node:path';

export type Role = 'api' | 'worker' | 'all';

/** The settings of the example, from the environment. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Without it, the embedded store keeps the records, and there is one host. */
  readonly redisUrl: string | undefined;
  /** The folder of the embedded store. */
  readonly stateDir: string;
  readonly agentCommand: readonly string[];
  /** ms from SIGTERM to SIGKILL. */
  readonly grace: number;
  /** ms that a record is kept after its last renewal. */
  readonly ttl: number;
  readonly role: Role;
  readonly hostId: string;
  /** ms of the shutdown. */
  readonly timeout: number;
}

function number(env: NodeJS.ProcessEnv, name: string, byDefault: number, least: number): number {
  const value = Number(env[name] || byDefault);
  if (Number.isFinite(value) && value >= least) return value;
  throw new TypeError(`${name}: it must be a number, ${least} or more`);
}

/** The agent of this example, started as this process was. */
const ownAgent = () => [
  process.execPath,
  ...process.execArgv,
  join(import.meta.dirname, `agent${extname(import.meta.filename)}`),
];

function readCommand(json: string | undefined): readonly string[] {
  if (!json) return ownAgent();
  const problem = 'HANGUP_AGENT_COMMAND: it must be a JSON array of strings, such as ["node", "agent.js"]';
  let command: unknown;
  try {
    command = JSON.parse(json);
  } catch {
    throw new TypeError(problem);
  }
  const isCommand = Array.isArray(command) && command.length > 0 && command.every((part) => typeof part === 'string');
  if (!isCommand) throw new TypeError(problem);
  return command as string[];
}

function readRole(env: NodeJS.ProcessEnv): Role {
  const role = env.HANGUP_ROLE || 'all';
  if (role !== 'api' && role !== 'worker' && role !== 'all') throw new TypeError('HANGUP_ROLE: api, worker or all');
  if (role !== 'all' && !env.REDIS_URL) throw new TypeError(`HANGUP_ROLE=${role} needs REDIS_URL: hosts meet there`);
  return role;
}

/** Reads a URL or the path of a socket, as hangup takes them. The errors of others would have the whole URL, and its password. */
function readUrl(url: string | undefined): string | undefined {
  if (!url || url.startsWith('/') || (/^rediss?:\/\//.test(url) && URL.canParse(url))) return url || undefined;
  throw new TypeError('REDIS_URL: it must be a URL such as redis://127.0.0.1:6379');
}

/** @throws {TypeError} names the variable that is wrong, and not its value */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  return {
    host: env.HOST || '127.0.0.1',
    port: number(env, 'PORT', 3000, 0),
    redisUrl: readUrl(env.REDIS_URL),
    stateDir: env.HANGUP_STATE_DIR || '.hangup',
    agentCommand: readCommand(env.HANGUP_AGENT_COMMAND),
    grace: number(env, 'HANGUP_AGENT_GRACE_MS', 2000, 0),
    ttl: number(env, 'HANGUP_SESSION_TTL', 7200, 1) * 1000,
    role: readRole(env),
    hostId: env.HANGUP_HOST_ID || hostname(),
    timeout: number(env, 'HANGUP_TIMEOUT_MS', 3000, 0),
  };
}
