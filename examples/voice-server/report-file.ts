import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type EndReport, type Shutdown, type ShutdownReport, whyAlive } from '../../lifecycle/index.ts';

/** Writes the report of the shutdown as JSON. When the process is cut short, it says what was going on. */
export function keepReport(shutdown: Shutdown, file: string): void {
  // Fails at the start, and not when there is something to report.
  mkdirSync(dirname(file), { recursive: true });
  const write = (report: object) => writeFileSync(file, JSON.stringify(report, withMessages, 2));
  shutdown.signal.addEventListener('abort', () => {
    void shutdown.end().then((report) => write({ ...report, errors: [...report.errors, ...failuresOf(report)] }));
  });
  const force = () => {
    const { tasks, sessions, members } = whyAlive();
    write({ outcome: 'forced', abandoned: [...tasks, ...sessions, ...members], errors: [] });
  };
  // It is forced only when nothing else runs any more.
  shutdown.use('flush', 'report', () => {}, { force });
}

const withMessages = (_: string, value: unknown) => (value instanceof Error ? value.message : value);

/** The errors of all clean-ups. */
function failuresOf({ steps, members = [] }: EndReport | ShutdownReport): Error[] {
  return [...steps.flatMap(({ error }) => error ?? []), ...members.flatMap(failuresOf)];
}
