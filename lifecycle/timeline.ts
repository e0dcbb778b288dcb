import type { EndReport } from '../core/disconnectable.ts';

/** The members of one level that get a line of their own. */
const most = 8;
/** Below this depth, a part that was in time has no lines for its members. */
const deepestInTime = 2;

/** The steps of levels whose members end together. So do the members of a phase. */
const together = ['sessions', 'agents', 'connections'];

/** One part of a report, with its place in time. */
export interface Row {
  /** Indented by two blanks for each level. */
  name: string;
  report: EndReport;
  /** ms from the start of the whole to its start. */
  start: number;
}

/** Lays a report out as a timeline. Of many parts, the late ones and the longest have a row. */
export const timelineOf = (report: EndReport): Row[] => rowsOf(report, 0, 0, false);

/** The rows of a part and all that is below it. */
function rowsOf(report: EndReport, start: number, depth: number, isPhase: boolean): Row[] {
  const { name } = report;
  const rows: Row[] = [{ name: `${'  '.repeat(depth)}${name}`, report, start }];
  const { members = [] } = report;
  if (depth >= deepestInTime && isGraceful(report)) return rows;
  const readiness = readinessOf(report);
  // Nothing ends in this time, and so no member stands for it.
  if (readiness !== undefined) rows.push(rowWithoutReport('readiness', start, depth + 1, readiness));
  const starts = isPhase || hasStep(report, ...together) ? members.map(() => start) : startsOf(report, start);
  const shown = worthALine(members);
  for (const [index, member] of members.entries()) {
    if (shown.has(member)) rows.push(...rowsOf(member, starts[index]!, depth + 1, hasStep(report, 'phases')));
  }
  if (shown.size < members.length) {
    const rest = members.filter((member) => !shown.has(member));
    const durationMs = Math.max(...rest.map((member) => member.durationMs));
    const text = `${rest.length} more, ${rest.every(isGraceful) ? 'graceful' : 'some forced'}`;
    rows.push(rowWithoutReport(text, start, depth + 1, durationMs));
  }
  return rows;
}

function rowWithoutReport(text: string, start: number, depth: number, durationMs: number): Row {
  const name = `${'  '.repeat(depth)}${text}`;
  return { name, start, report: { name, outcome: 'graceful', durationMs, steps: [], abandoned: [] } };
}

/** The ms that the shutdown waited before its phases. */
const readinessOf = ({ steps }: EndReport) => steps.find(({ name }) => name === 'readiness')?.durationMs;

export const isGraceful = ({ outcome }: EndReport) => outcome === 'graceful';

const hasStep = ({ steps }: EndReport, ...names: string[]) => steps.some(({ name }) => names.includes(name));

/** The late ones first, then the longest. */
function worthALine(members: readonly EndReport[]): Set<EndReport> {
  const late = (report: EndReport) => Number(!isGraceful(report));
  const sorted = [...members].sort((a, b) => late(b) - late(a) || b.durationMs - a.durationMs);
  return new Set(sorted.slice(0, most));
}

/**
 * A report has no times of day. Members that have ended one after the other fit into the time of their level; those that have
 * ended together do not, and begin with it.
 */
function startsOf(report: EndReport, start: number): number[] {
  const { members = [], durationMs } = report;
  const sum = members.reduce((total, member) => total + member.durationMs, 0);
  if (sum > durationMs * 1.05 + 5) return members.map(() => start);
  let next = start + (readinessOf(report) ?? 0);
  return members.map((member) => {
    const own = next;
    next += member.durationMs;
    return own;
  });
}
