import type { ConnectionStatus } from '../core/disconnectable.ts';

/** Things that have not ended, and can say what they are. */
const alive = { tasks: new Set<object>(), sessions: new Set<object>(), members: new Set<object>() };

/** Counts a thing as alive, so that `whyAlive()` names it. @returns a function that says that it has ended */
export function trackAlive(kind: keyof typeof alive, thing: { toString(): string }): () => void {
  alive[kind].add(thing);
  return () => void alive[kind].delete(thing);
}

/** The text of a member: its path, and the open connections of a client that hangup covers. */
export function memberText(path: string, thing: unknown): string {
  const { connections } = (thing ?? {}) as { connections?: unknown };
  if (!Array.isArray(connections) || connections.length === 0) return path;
  const texts = (connections as ConnectionStatus[]).map(
    ({ name, state, ageMs }) => `${name} is ${state} for ${Math.round(ageMs)} ms`,
  );
  return `${path} (${texts.join(', ')})`;
}

/** Everything that keeps the process up. */
export interface Alive {
  /** `tasks › task "assessment" (11874 ms old, spawned at src/bridge.ts:40)` */
  tasks: string[];
  /** `session 42 (open)` */
  sessions: string[];
  /** `session 42 › provider` */
  members: string[];
  /** Counts of `process.getActiveResourcesInfo()`: `{ Timeout: 2, TCPSocketWrap: 1 }` */
  resources: Record<string, number>;
  /** One line for each. */
  toString(): string;
}

/** Tells what keeps the process up: tasks, sessions and members by name, then the resources of Node by kind. */
export function whyAlive(): Alive {
  const resources: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
  const [tasks, sessions, members] = [alive.tasks, alive.sessions, alive.members].map((set) =>
    [...set].map(String),
  ) as [string[], string[], string[]];
  const lines = [
    ...tasks,
    ...sessions,
    ...members,
    ...Object.entries(resources).map(([kind, count]) => `${count} ${kind}`),
  ];
  return { tasks, sessions, members, resources, toString: () => lines.join('\n') };
}
