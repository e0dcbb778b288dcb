import { formatOf, supportedVersions, type Target, targets } from '../../overlays/cartesia/targets.ts';
import { writeTables } from '../support/generated-tables.ts';
import type { Delivery, Format } from '../support/sdk.ts';
import { readSupport } from './support.ts';

// Makes the table of docs/support.md from the recorded results of test:full.
const deliveries = ['overlay', 'patched', 'both'] as const satisfies Delivery[];
const formats = { esm: 'ES module', cjs: 'CommonJS' } as const satisfies Record<Format, string>;

const { node, passed } = readSupport();
/** Something of it did not pass, or did not run. */
const unproven = 'no';
interface Line {
  socket: string;
  versions: string[];
  cells: string[];
}

const lines: Line[] = [];
for (const target of targets) {
  // The part of a client that makes its connections: nothing that anybody opens, and driven through them.
  if (target.family === 'nested-speaker') continue;
  const socket = `\`${target.className}\`, by \`${target.opened}\``;
  for (const version of target.versions) {
    const cells = (Object.keys(formats) as Format[]).map((format) => cellOf(target, version, format));
    const same = lines.find((line) => line.socket === socket && line.cells.join() === cells.join());
    if (same === undefined) lines.push({ socket, versions: [version], cells });
    else same.versions.push(version);
  }
}
const head = ['Socket or client', 'Versions', ...Object.values(formats)];
const rows = lines.map(({ socket, versions, cells }) => [socket, inOrder(versions), ...cells]);
const findings = lines
  .filter(({ cells }) => cells.includes(unproven))
  .map(({ socket, versions }) => `${socket} of ${inOrder(versions)}: run "npm run test:full -- --update"`);
writeTables('docs/support.md', 'support', [[head, ...rows]], findings);

function inOrder(versions: readonly string[]): string {
  return supportedVersions.filter((version) => versions.includes(version)).join(', ');
}

/** `–`: the version ships no such build. */
function cellOf(target: Target, version: string, format: Format): string {
  const broken = target.broken?.find((one) => one.format === formats[format]);
  if (broken !== undefined) return broken.why;
  if (!target.builds.some((build) => formatOf(target, build) === format)) return '–';
  const isIn = (delivery: Delivery) =>
    passed[`${target.className} ${format} ${delivery}`]?.split(' ').includes(version) === true;
  return deliveries.every(isIn) ? `Node ${node}` : unproven;
}
