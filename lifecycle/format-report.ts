import type { EndReport } from '../core/disconnectable.ts';
import type { ShutdownReport } from './shutdown-report.ts';

export interface FormatOptions {
  /** The width in characters. Default 100. */
  columns?: number;
  /** Colours the late ones. Default false. */
  colors?: boolean;
}

/** The members of one level that get a line of their own. */
const most = 8;
/** Below this depth, a part that was in time has no lines for its members. */
const deepestInTime = 2;
const nameWidth = 34;

interface Row {
  name: string;
  report: EndReport;
  /** ms from the start of the whole to its start. */
  start: number;
}

/** Prints a report as a timeline: one bar for each part, and the names of all that was late. */
export function formatReport(
  report: EndReport | ShutdownReport,
  { columns = 100, colors = false }: FormatOptions = {},
): string {
  const width = Math.max(10, columns - nameWidth - 12);
  const lines = [headline(report)];
  for (const row of rowsOf(report.name, report, 0, 0)) lines.push(lineOf(row, report.durationMs, width, colors));
  for (const path of report.abandoned) lines.push(colored(`abandoned: ${path}`, colors));
  for (const step of failedSteps(report)) lines.push(colored(`failed: ${step}`, colors));
  if ('errors' in report)
    for (const { name, message } of report.errors) lines.push(colored(`uncaught: ${name}: ${message}`, colors));
  return lines.join('\n');
}

function headline(report: EndReport | ShutdownReport): string {
  const { name, outcome, reason, durationMs } = report;
  const why = reason === undefined ? '' : ` (${reason})`;
  const text = `${name}: ${outcome}${why} in ${Math.round(durationMs)} ms`;
  return 'exitCode' in report ? `${report.cause}: ${text}, exit code ${report.exitCode}` : text;
}

/** The rows of a part and all that is below it. */
function rowsOf(name: string, report: EndReport, start: number, depth: number): Row[] {
  const rows: Row[] = [{ name: `${'  '.repeat(depth)}${name}`, report, start }];
  const { members = [] } = report;
  if (depth >= deepestInTime && isGraceful(report)) return rows;
  const starts = startsOf(report, start);
  const shown = worthALine(members);
  for (const [index, member] of members.entries()) {
    if (shown.has(member)) rows.push(...rowsOf(member.name, member, starts[index]!, depth + 1));
  }
  if (shown.size < members.length) {
    const rest = members.filter((member) => !shown.has(member));
    const durationMs = Math.max(...rest.map((member) => member.durationMs));
    const text = `${'  '.repeat(depth + 1)}${rest.length} more, ${rest.every(isGraceful) ? 'graceful' : 'some forced'}`;
    rows.push({ name: text, start, report: { name: text, outcome: 'graceful', durationMs, steps: [], abandoned: [] } });
  }
  return rows;
}

const isGraceful = ({ outcome }: EndReport) => outcome === 'graceful';

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
function startsOf({ members = [], durationMs, steps }: EndReport, start: number): number[] {
  const sum = members.reduce((total, member) => total + member.durationMs, 0);
  if (sum > durationMs * 1.05 + 5) return members.map(() => start);
  let next = start + (steps.find(({ name }) => name === 'readiness')?.durationMs ?? 0);
  return members.map((member) => {
    const own = next;
    next += member.durationMs;
    return own;
  });
}

function lineOf({ name, report, start }: Row, total: number, width: number, colors: boolean): string {
  const scale = width / Math.max(total, 1);
  const offset = Math.min(width - 1, Math.floor(start * scale));
  const length = Math.max(1, Math.min(width - offset, Math.round(report.durationMs * scale)));
  const isLate = !isGraceful(report);
  const label = name.length > nameWidth ? `${name.slice(0, nameWidth - 1)}…` : name.padEnd(nameWidth);
  const time = `${Math.round(report.durationMs)} ms`.padStart(9);
  const line = `${label} ${time}  ${' '.repeat(offset)}${(isLate ? '▓' : '█').repeat(length)}`;
  return isLate ? colored(line, colors) : line;
}

const colored = (text: string, colors: boolean) => (colors ? `\u001b[31m${text}\u001b[39m` : text);

function failedSteps({ name, steps, members = [] }: EndReport): string[] {
  const own = steps
    .filter(({ outcome }) => outcome === 'failed')
    .map((step) => `${name}: ${step.error?.message ?? step.name}`);
  return [...own, ...members.flatMap((member) => failedSteps(member).map((text) => `${name} › ${text}`))];
}
