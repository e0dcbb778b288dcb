import type { EndReport } from '../core/disconnectable.ts';
import type { ShutdownReport } from './shutdown-report.ts';
import { isGraceful, type Row, timelineOf } from './timeline.ts';

export interface FormatOptions {
  /** The width in characters. Default 100. */
  columns?: number;
  /** Colours the late ones. Default false. */
  colors?: boolean;
}

const nameWidth = 34;

/** Prints a report as a timeline: one bar for each part, and the names of all that was late. */
export function formatReport(
  report: EndReport | ShutdownReport,
  { columns = 100, colors = false }: FormatOptions = {},
): string {
  const width = Math.max(10, columns - nameWidth - 12);
  const lines = [headline(report)];
  for (const row of timelineOf(report)) lines.push(lineOf(row, report.durationMs, width, colors));
  for (const path of report.abandoned) lines.push(colored(`abandoned: ${path}`, colors));
  for (const step of failedSteps(report)) lines.push(colored(`failed: ${step}`, colors));
  if ('errors' in report)
    for (const { name, message } of report.errors) lines.push(colored(`uncaught: ${name}: ${message}`, colors));
  return lines.join('\n');
}

/** One sentence for the whole. */
export function headline(report: EndReport | ShutdownReport): string {
  const { name, outcome, reason, durationMs } = report;
  const why = reason === undefined ? '' : ` (${reason})`;
  const text = `${name}: ${outcome}${why} in ${Math.round(durationMs)} ms`;
  return 'exitCode' in report ? `${report.cause}: ${text}, exit code ${report.exitCode}` : text;
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

function failedSteps(report: EndReport): string[] {
  // A step that fails makes its part and all above it forced.
  if (isGraceful(report)) return [];
  const { name, steps, members = [] } = report;
  const own = steps
    .filter(({ outcome }) => outcome === 'failed')
    .map((step) => `${name}: ${step.error?.message ?? step.name}`);
  return [...own, ...members.flatMap((member) => failedSteps(member).map((text) => `${name} › ${text}`))];
}
