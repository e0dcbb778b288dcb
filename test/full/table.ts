import { type Sdk, type Target, versionsOf } from '../../overlays/sdk.ts';
import { sdks } from '../../overlays/sdks.ts';
import { writeTables } from '../support/generated-tables.ts';
import type { Delivery, Format } from '../support/sdk.ts';
import { groupOf, readSupport } from './support.ts';

// Makes the tables of docs/support.md, one for each SDK, from the recorded results of test:full.
const deliveries = ['overlay', 'patched', 'both'] as const satisfies Delivery[];
const formats = { esm: 'ES module', cjs: 'CommonJS' } as const satisfies Record<Format, string>;

const { node, passed } = readSupport();
/** A scenario of the cell did not pass, or did not run. */
const unproven = 'no';
interface Line {
  socket: string;
  versions: string[];
  cells: string[];
}

const head = ['Socket or client', 'Versions', ...Object.values(formats)];
const findings: string[] = [];
writeTables('docs/support.md', 'support', sdks.map(tableOf), findings);

function tableOf(sdk: Sdk): string[][] {
  const inOrder = (versions: readonly string[]) =>
    versionsOf(sdk)
      .filter((version) => versions.includes(version))
      .join(', ');
  const lines = linesOf(sdk);
  for (const { socket, versions, cells } of lines) {
    if (cells.includes(unproven)) {
      findings.push(`${socket} of ${inOrder(versions)}: run "npm run test:full -- --update"`);
    }
  }
  return [head, ...lines.map(({ socket, versions, cells }) => [socket, inOrder(versions), ...cells])];
}

/** Versions of a class that have equal cells share a line. */
function linesOf(sdk: Sdk): Line[] {
  const lines: Line[] = [];
  for (const target of sdk.targets) {
    // Nobody opens a part of a client. Tests drive it through its connections.
    if (sdk.kinds[target.family]!.role === 'part') continue;
    const socket = `\`${target.className}\`, by \`${target.opened}\``;
    for (const version of target.versions) {
      const cells = (Object.keys(formats) as Format[]).map((format) => cellOf(sdk, target, version, format));
      const same = lines.find((line) => line.socket === socket && line.cells.join() === cells.join());
      if (same === undefined) lines.push({ socket, versions: [version], cells });
      else same.versions.push(version);
    }
  }
  return lines;
}

/** `–`: the version ships no such build. */
function cellOf(sdk: Sdk, target: Target, version: string, format: Format): string {
  const broken = target.broken?.find((one) => one.format === format);
  if (broken !== undefined) return broken.why;
  if (!target.builds.some((build) => build.format === format)) return '–';
  const isIn = (delivery: Delivery) => {
    const group = groupOf({ sdk: sdk.name, class: target.className, format, delivery });
    return passed[group]?.split(' ').includes(version) === true;
  };
  return deliveries.every(isIn) ? `Node ${node[sdk.name]}` : unproven;
}
