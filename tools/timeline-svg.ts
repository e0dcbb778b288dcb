import { headline } from '../lifecycle/format-report.ts';
import type { ShutdownReport } from '../lifecycle/index.ts';
import { isGraceful, type Row, timelineOf } from '../lifecycle/timeline.ts';

const width = 1000;
const rowHeight = 22;
/** Where the bars begin, after the names and the times. */
const barsAt = 260;
const margin = 16;

/** Draws a report as formatReport() prints it: one bar for each part, and the names of all that was late. */
export function timelineSvg(report: ShutdownReport): string {
  const rows = timelineOf(report);
  const lines = report.abandoned.map((path) => `abandoned: ${path}`);
  const height = (rows.length + lines.length + 1) * rowHeight + 2 * margin;
  const scale = (width - barsAt - margin) / Math.max(report.durationMs, 1);
  const y = (index: number) => margin + (index + 1) * rowHeight;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, monospace" font-size="12">`,
    `<title>${escaped(headline(report))}</title>`,
    `<rect width="${width}" height="${height}" rx="6" fill="#fff"/>`,
    text(margin, y(-0.35), headline(report), 'fill="#222" font-weight="bold"'),
    ...rows.flatMap((row, index) => barOf(row, y(index), scale)),
    ...lines.map((line, index) => text(margin, y(rows.length + index + 0.65), line, late)),
    '</svg>\n',
  ].join('\n');
}

const late = 'fill="#b3261e"';

function barOf({ name, report, start }: Row, y: number, scale: number): string[] {
  const isLate = !isGraceful(report);
  const indent = 6 * (name.length - name.trimStart().length);
  const [x, length] = [barsAt + start * scale, Math.max(2, report.durationMs * scale)].map(Math.round);
  const color = isLate ? late : 'fill="#222"';
  return [
    text(margin + indent, y + 15, name.trimStart(), color),
    text(barsAt - 10, y + 15, `${Math.round(report.durationMs)} ms`, `${color} text-anchor="end"`),
    `<rect x="${x}" y="${y + 4}" width="${length}" height="14" rx="2" fill="${isLate ? '#e0635a' : '#4a8fd0'}"/>`,
  ];
}

const text = (x: number, y: number, content: string, attributes: string) =>
  `<text x="${x}" y="${Math.round(y)}" ${attributes}>${escaped(content)}</text>`;

const escaped = (content: string) => content.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
