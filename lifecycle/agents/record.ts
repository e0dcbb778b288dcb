/** `ending`: its end has begun. `lost`: its host does not beat any more; only a store says so. */
export type AgentState = 'starting' | 'ready' | 'ending' | 'lost';

/** Identifies the process of an agent. A PID alone identifies nothing: the kernel gives it to another process later. */
export interface AgentRecord {
  readonly id: string;
  readonly host: string;
  /** The boot of the machine: `/proc/sys/kernel/random/boot_id`. */
  readonly boot: string;
  /** The PID namespace: containers of one machine share the boot, and have PIDs of their own. */
  readonly namespace: string;
  readonly pid: number;
  /** Field 22 of `/proc/<pid>/stat`, in clock ticks since the boot. */
  readonly startTime: string;
  /** In the environment of the agent and of all that it starts, as `HANGUP_AGENT`. It names the registry and the id, and is no secret. */
  readonly token: string;
  readonly state: AgentState;
  /** Unix time in ms. */
  readonly spawnedAt: number;
  /** Yours: the user's name, the voice. */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * How the recorded process ended.
 *
 * - `exited`: after SIGTERM, within the grace
 * - `killed`: by SIGKILL
 * - `alreadyDead`: before this end began
 * - `pidReused`: before this end began, and its PID belongs to another process now, which was not touched
 * - `notOurHost`: only the registry of its own host can end it; nothing was touched
 */
export type AgentResult = 'exited' | 'killed' | 'alreadyDead' | 'pidReused' | 'notOurHost';

/** The answer of `end()`. */
export interface AgentEnd {
  readonly id: string;
  readonly result: AgentResult;
  readonly durationMs: number;
  /** The number of processes below the agent that needed SIGKILL. */
  readonly descendants: number;
  /** PIDs that SIGKILL has not ended within 5 seconds: they hang in the kernel, or belong to another user. */
  readonly survivors: readonly number[];
  /** False: the store could not be told. It is told as soon as it answers. */
  readonly stored: boolean;
}

/** Makes the answer for an agent of which this call has ended nothing. */
export function untouched(id: string, result: AgentResult): AgentEnd {
  return { id, result, durationMs: 0, descendants: 0, survivors: [], stored: true };
}

/** Ids are parts of keys, names and environments. */
const idPattern = /^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,127}$/;

/** Tells whether a value can be the id of an agent: up to 128 letters, digits and `_.:-`, and one of the first three or `_` at the start. */
export const isAgentId = (id: unknown): id is string => typeof id === 'string' && idPattern.test(id);
