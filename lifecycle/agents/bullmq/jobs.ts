import { setTimeout as sleep } from 'node:timers/promises';
import { Job, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { AgentErrorCode } from '../errors.ts';
import type { AgentEnd, AgentRecord } from '../record.ts';
import { firstLook, keptFor, laterLooks } from './limits.ts';

/** The names of the queues and of the key of the hosts. BullMQ takes no colon. */
export const names = {
  spawn: (queue: string) => `${queue}-spawn`,
  end: (queue: string, host: string) => `${queue}-end-${encodeURIComponent(host)}`,
  hosts: (queue: string) => `${queue}:hosts`,
};

/** The result of a job. It tells an error too, because a job of BullMQ that fails keeps only its text. */
export type SpawnResult = { record: AgentRecord } | { code: AgentErrorCode; why: string };
export type EndResult = { end: AgentEnd | null };

/** A job for each session, and for each end of an agent: the same one, whoever asks for it, and however often. */
export const jobIdOf = (...parts: readonly string[]) => `agent-${encodeURIComponent(parts.join('/'))}`;

interface JobState<Result> {
  readonly isOver: boolean;
  readonly result?: Result;
  readonly failure?: string;
}

/** One queue, seen from those who ask. Each call takes as long as a command of its client. */
export class Requests<Result> {
  readonly #queue: Queue;

  constructor(name: string, connection: Redis) {
    this.#queue = new Queue(name, { connection, skipVersionCheck: true, skipWaitingForReady: true });
    // The client tells its errors.
    this.#queue.on('error', () => {});
  }

  /** Asks, unless somebody has asked the same and it is not done yet. */
  async ask(jobId: string, data: object): Promise<void> {
    const before = await Job.fromId(this.#queue, jobId);
    if (before !== undefined && before.finishedOn === undefined) return;
    await before?.remove();
    const kept = { age: keptFor };
    await this.#queue.add('agent', data, { jobId, removeOnComplete: kept, removeOnFail: kept });
  }

  /** The state of a job; `undefined`: Redis knows it no more. */
  async look(jobId: string): Promise<JobState<Result> | undefined> {
    const job = await Job.fromId(this.#queue, jobId);
    if (job === undefined) return undefined;
    const state = { isOver: job.finishedOn !== undefined };
    if (!state.isOver) return state;
    return job.failedReason === undefined
      ? { ...state, result: job.returnvalue }
      : { ...state, failure: job.failedReason };
  }

  /** Takes a job back. @returns false when a host has begun it */
  async takeBack(jobId: string): Promise<boolean> {
    return (await this.#queue.remove(jobId)) !== 0;
  }
}

/** Looks again and again, less often with time, until there is something, or the time is over, or the signal is aborted. */
export async function until<T>(
  timeout: number,
  signal: AbortSignal,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const end = performance.now() + timeout;
  for (let pause = firstLook; performance.now() < end && !signal.aborted; pause = Math.min(pause * 1.5, laterLooks)) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(pause, undefined, { signal }).catch(() => {});
  }
  return undefined;
}
