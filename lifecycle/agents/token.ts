import { createHash, randomUUID } from 'node:crypto';
import { here, isRunning, type Stat, statOf } from './processes/proc.ts';
import { isAgentId } from './record.ts';

/** The parts of a token. */
export interface TokenParts {
  /** Names the host, the PID namespace and the store of the registry. */
  readonly scope: string;
  /** The process of the registry: its PID and start time. */
  readonly owner: { readonly pid: number; readonly startTime: string };
  readonly id: string;
}

/**
 * Registries of the same scope may end each other's orphans. The host of a container sees its processes too, by other PIDs: so the
 * namespace is a part of it.
 */
export function scopeOf(host: string, store: string): string {
  const { boot, namespace } = here();
  const text = [host, boot, namespace, store].join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

let self: Stat | undefined;

/** Makes a token. The id comes last, because it may have the separator in it. */
export function makeToken(scope: string, id: string): string {
  self ??= statOf(process.pid)!;
  const { pid, startTime } = self;
  return [scope, pid, startTime, randomUUID(), id].join('.');
}

/** @returns `undefined` for the token of another version, or of another program */
export function readToken(token: string): TokenParts | undefined {
  const found = /^(\w+)\.(\d+)\.(\d+)\.[\w-]+\.(.+)$/.exec(token);
  if (found === null || !isAgentId(found[4])) return undefined;
  const [, scope, pid, startTime, id] = found as unknown as [string, string, string, string, string];
  return { scope, owner: { pid: Number(pid), startTime }, id };
}

/** Tells whether the process of the registry is gone: its agents have nobody. */
export function isOrphan(token: string): boolean {
  const owner = readToken(token)?.owner;
  return owner !== undefined && !isRunning(owner.pid, owner.startTime);
}
