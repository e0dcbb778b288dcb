/** The report as a timeline in the terminal. */
import { expect, test } from 'vitest';
import { type EndReport, formatReport } from '../../lifecycle/index.ts';

const part = (name: string, durationMs: number, members?: EndReport[]): EndReport => ({
  name,
  durationMs,
  outcome: 'graceful',
  steps: [],
  abandoned: [],
  ...(members !== undefined && { members }),
});
const late = (report: EndReport): EndReport => ({ ...report, outcome: 'forced', reason: 'deadline' });

test('one bar for each part, members in order one after the other, and members that end together side by side', () => {
  const stuck = late(part('session 2', 800, [part('tasks', 100), late(part('clean-up', 700))]));
  const report = {
    ...late(
      part('process', 1000, [
        late(part('sessions', 800, [part('session 1', 200, [part('tasks', 200)]), stuck])),
        part('servers', 200),
      ]),
    ),
    abandoned: ['process › sessions › session 2 › clean-up'],
    cause: 'SIGTERM',
    exitCode: 1,
    errors: [new Error('a bug')],
  };
  expect(formatReport(report, { columns: 66 }).split('\n')).toEqual([
    'SIGTERM: process: forced (deadline) in 1000 ms, exit code 1',
    'process                              1000 ms  ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓',
    '  sessions                            800 ms  ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓',
    '    session 1                         200 ms  ████',
    '    session 2                         800 ms  ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓',
    '      tasks                           100 ms  ██',
    '      clean-up                        700 ms    ▓▓▓▓▓▓▓▓▓▓▓▓▓▓',
    '  servers                             200 ms                  ████',
    'abandoned: process › sessions › session 2 › clean-up',
    'uncaught: Error: a bug',
  ]);
});

test('members of a phase and of a store begin together, also when their times fit one after the other', () => {
  const by = (step: string, report: EndReport): EndReport => ({
    ...report,
    steps: [{ name: step, outcome: 'ok', durationMs: report.durationMs }],
  });
  const store = by('sessions', part('store', 1000, [part('session 1', 1000), part('session 2', 10)]));
  const phase = by('members', part('sessions', 1000, [store, part('scope', 10)]));
  const lines = formatReport(late(by('phases', part('process', 1000, [late(phase)]))), { columns: 66 }).split('\n');
  expect(lines.slice(3)).toEqual([
    '    store                            1000 ms  ████████████████████',
    '    scope                              10 ms  █',
  ]);
  expect(formatReport(store, { columns: 66 }).split('\n').at(-1)).toBe(
    '  session 2                            10 ms  █',
  );
});

test('the wait before the phases has a bar, and the phases come after it', () => {
  const report = part('process', 1000, [part('sessions', 250), part('servers', 250)]);
  report.steps.push({ name: 'readiness', outcome: 'ok', durationMs: 500 });
  expect(formatReport(report, { columns: 66 }).split('\n').slice(1)).toEqual([
    'process                              1000 ms  ████████████████████',
    '  readiness                           500 ms  ██████████',
    '  sessions                            250 ms            █████',
    '  servers                             250 ms                 █████',
  ]);
});

test('the late and the longest of many parts have a line', () => {
  const sessions = Array.from({ length: 1000 }, (_, n) => part(`session ${n}`, n));
  sessions[5] = late(sessions[5]!);
  const lines = formatReport(part('sessions', 1000, sessions)).split('\n');
  expect(lines).toHaveLength(1 + 1 + 8 + 1);
  expect(lines.join()).toContain('session 5 ');
  expect(lines.join()).toContain('session 999 ');
  expect(lines.at(-1)).toMatch(/^ {2}992 more, graceful +992 ms/);
});

test('names the error of a step that failed, and has colours only when asked', () => {
  const failed = late(part('clean-up', 1));
  failed.steps.push({ name: 'call', outcome: 'failed', durationMs: 1, error: new Error('no') });
  const report = late(part('session 1', 1, [failed]));
  const text = formatReport(report);
  expect(text).toContain('failed: session 1 › clean-up: no');
  expect(text).not.toContain('\u001b');
  expect(formatReport(report, { colors: true })).toContain('\u001b[31m');
});
