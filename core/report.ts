import type { EndReport, ForceReason, StepReport } from './disconnectable.ts';

/** One level's part of a report. */
interface Level {
  name: string;
  /** Why it was not graceful by itself; `undefined` when it was. */
  reason: ForceReason | undefined;
  durationMs: number;
  steps: StepReport[];
  members: EndReport[] | undefined;
  /** Even destroying it did not end it. */
  isAbandoned: boolean;
  /** Parts of it, by name, that had not ended by themselves. */
  unfinished: readonly string[];
}

/** Derives the outcome and the names of what was abandoned from a level and the reports of its members. */
export function makeReport({ name, reason, durationMs, steps, members, isAbandoned, unfinished }: Level): EndReport {
  const below = [...unfinished, ...(members ?? []).flatMap(({ abandoned }) => abandoned)];
  const isForced = reason !== undefined || members?.some(({ outcome }) => outcome === 'forced') === true;
  return {
    name,
    outcome: isForced ? 'forced' : 'graceful',
    ...(reason !== undefined && { reason }),
    durationMs,
    steps,
    ...(members !== undefined && { members }),
    abandoned: [...(isAbandoned ? [name] : []), ...below.map((path) => `${name} › ${path}`)],
  };
}
