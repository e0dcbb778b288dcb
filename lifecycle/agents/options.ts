import { checkKeys, checkMs, checkSignal } from '../../core/options.ts';
import type { Logger } from '../logger.ts';
import { readyTimeout } from './limits.ts';
import { isAgentId } from './record.ts';
import type { AgentStore } from './stores/store.ts';

export interface AgentRegistryOptions {
  /** Default `fileStore('.hangup/agents')`. */
  store?: AgentStore;
  /** Names this machine or container. Two that run at the same time need two names. Default: the host's name. */
  host?: string;
  /** ms from SIGTERM to SIGKILL. Default 2000. */
  grace?: number;
  /** ms after which a record is forgotten when nobody renews it. It is renewed three times within this. Default 7200000, two hours. */
  ttl?: number;
  /** A logger of pino or winston, or the console. Default: lines on stderr. `false`: silence. */
  logger?: Logger | false;
}

export interface SpawnOptions {
  /** Default: that of this process. */
  cwd?: string;
  /** Added to the environment of this process. `undefined` takes a variable away. */
  env?: Readonly<Record<string, string | undefined>>;
  /** A line of the output, or `'ipc'`: its first message. Default `/Connected to|Pipeline started/`. `false`: it is ready at once. */
  ready?: RegExp | 'ipc' | false;
  /** ms in which it has to be ready; else it is ended. Default 30000. */
  readyTimeout?: number;
  /** Aborting it ends the agent. */
  signal?: AbortSignal;
  /** They are kept in the record. */
  labels?: Readonly<Record<string, string>>;
  /** Hears every line of its output, from the first one on. A line of 65,536 characters or more comes in parts of 32,768. */
  onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
}

export const registryKeys = ['store', 'host', 'grace', 'ttl', 'logger'];
const spawnKeys = ['cwd', 'env', 'ready', 'readyTimeout', 'signal', 'labels', 'onLine'];

/** @throws {TypeError} */
export function checkId(call: string, id: unknown): asserts id is string {
  if (isAgentId(id)) return;
  throw new TypeError(
    `${call}: an id has up to 128 letters, digits and "_.:-", and begins with a letter, a digit or "_"`,
  );
}

/**
 * Reads the arguments of `spawn()`.
 *
 * @throws {TypeError}
 */
export function readSpawn(
  id: unknown,
  command: unknown,
  options: SpawnOptions,
): SpawnOptions & { readyTimeout: number } {
  checkId('spawn()', id);
  const isCommand = Array.isArray(command) && command.length > 0 && command.every(isText);
  if (!isCommand) throw new TypeError('spawn(): the command is an array of strings, the program first, without NUL');
  checkKeys('spawn()', options, spawnKeys);
  const { ready, env = {}, labels = {}, signal, onLine } = options;
  if (ready !== undefined && ready !== false && ready !== 'ipc' && !(ready instanceof RegExp)) {
    throw new TypeError("spawn(): ready is a RegExp, 'ipc' or false");
  }
  if (!Object.values(env).every((value) => value === undefined || isText(value))) {
    throw new TypeError('spawn(): env has strings only, without NUL');
  }
  if (!Object.values(labels).every((value) => typeof value === 'string'))
    throw new TypeError('spawn(): labels are strings');
  checkSignal('spawn()', signal);
  if (onLine !== undefined && typeof onLine !== 'function') throw new TypeError('spawn(): onLine must be a function');
  return { ...options, readyTimeout: checkMs('spawn(): readyTimeout', options.readyTimeout ?? readyTimeout, 1) };
}

const isText = (value: unknown): boolean => typeof value === 'string' && !value.includes('\0');
