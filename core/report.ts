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

/**
 * Derives the outcome and the names of what was abandoned from a level and the reports of its members. It runs for each of
 * thousands of ends at once, and so makes no array that it does not hand out, and no iterator for an empty one.
 */
export function makeReport({ name, reason, durationMs, steps, members, isAbandoned, unfinished }: Level): EndReport {
  const abandoned = isAbandoned ? [name] : [];
  let isForced = reason !== undefined;
  if (unfinished.length > 0) abandon(abandoned, name, unfinished);
  for (let index = 0; index < (members?.length ?? 0); index++) {
    const member = members![index]!;
    isForced ||= member.outcome === 'forced';
    if (member.abandoned.length > 0) abandon(abandoned, name, member.abandoned);
  }
  const outcome = isForced ? 'forced' : 'graceful';
  const report: EndReport =
    reason === undefined
      ? { name, outcome, durationMs, steps, abandoned }
      : { name, outcome, reason, durationMs, steps, abandoned };
  if (members !== undefined) report.members = members;
  return report;
}

function abandon(abandoned: string[], name: string, parts: readonly string[]): void {
  for (const part of parts) abandoned.push(`${name} › ${part}`);
}
