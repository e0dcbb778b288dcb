/** The picture of a report in README.md. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { EndReport, ShutdownReport } from '../../lifecycle/index.ts';
import { timelineSvg } from '../../tools/timeline-svg.ts';
import { root } from '../support/sdk.ts';

const part = (name: string, durationMs: number, outcome: EndReport['outcome'] = 'graceful'): EndReport => ({
  name,
  durationMs,
  outcome,
  steps: [],
  abandoned: [],
});
const report: ShutdownReport = {
  ...part('process', 1000, 'forced'),
  members: [part('<calls> & "tasks"', 750, 'forced'), part('servers', 250)],
  abandoned: ['process › <calls>'],
  cause: 'SIGTERM',
  exitCode: 1,
  errors: [],
};
/** The bars: x, width and colour. The first rectangle is the background. */
const barsOf = (svg: string) =>
  [...svg.matchAll(/<rect x="(\d+)".*? width="(\d+)".*? fill="(#\w+)"/g)].map(([, x, width, color]) => [
    Number(x),
    Number(width),
    color,
  ]);

test('one bar for each part, where it began and as long as it took, and the late ones in red', () => {
  const svg = timelineSvg(report);
  const [[left, all], ...members] = barsOf(svg) as [[number, number, string], ...[number, number, string][]];
  expect(members).toEqual([
    [left, Math.round(all * 0.75), '#e0635a'],
    [left + Math.round(all * 0.75), Math.round(all * 0.25), '#4a8fd0'],
  ]);
  expect(svg).toContain('abandoned: process › &lt;calls&gt;');
  expect(svg).toContain('>&lt;calls&gt; &amp; "tasks"<');
  expect(svg).toContain('<title>SIGTERM: process: forced in 1000 ms, exit code 1</title>');
});

test('the picture in the documents is that of a run', () => {
  const svg = readFileSync(join(root, 'docs/shutdown.svg'), 'utf8');
  expect(svg).toMatch(/<title>SIGTERM: process: forced in \d+0 ms, exit code 1<\/title>/);
  expect(svg).toContain('task "assessment"');
  expect(barsOf(svg).length).toBeGreaterThan(8);
});
