import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { Dial, Driver, Line, SocketCell } from '../test/contract/driver.ts';
import { drivers } from '../test/contract/drivers/index.ts';
import { socketCells } from '../test/support/cells.ts';
import { barePackage, patchedFolderVariable, patchedPackage } from '../test/support/sdk.ts';
import { shapeCopy } from '../test/support/shape-copy.ts';
import { quiet } from './disconnects.ts';
import { type Result, sides } from './result.ts';
import { root, workFolder } from './sdks.ts';
import { measurePairs, median, type Pair, ratioOf } from './stats.ts';

const folder = join(workFolder, 'families');

/** Compares the forced end of many idle connections with `terminate()` on bare sockets, for every class. */
export async function* measureFamilies(lines: number, pairs: number): AsyncGenerator<Result> {
  process.env[patchedFolderVariable] = folder;
  for (const driver of drivers) {
    for (const className of driver.classNames) {
      const cells = newestOf(className, driver);
      await copy(cells.patched);
      yield await measure(driver, cells, lines, pairs);
    }
  }
}

/** Finds the newest version in which the class also connects on this Node without hangup. */
function newestOf(className: string, { bareLacksWs }: Driver): Record<keyof Pair, SocketCell> {
  const bare = socketCells('bare').findLast(
    (cell) => cell.target.className === className && cell.broken === undefined && bareLacksWs?.(cell) === undefined,
  )!;
  return { bare, patched: { ...bare, delivery: 'patched' } };
}

/** Copies the SDK of the cell for its patched side, once. */
async function copy({ sdk, version }: SocketCell): Promise<void> {
  const { applyTo } = await import('../scripts/commands/apply.ts');
  const copied = patchedPackage(version, folder, sdk);
  if (existsSync(copied)) return;
  cpSync(barePackage(version, sdk), copied, { recursive: true, filter: (path) => !path.endsWith('.map') });
  if (sdk.isByShape) shapeCopy(copied, sdk, version);
  else applyTo(copied);
}

async function measure(
  { tls, load }: Driver,
  cells: Record<keyof Pair, SocketCell>,
  lines: number,
  pairs: number,
): Promise<Result> {
  const server: ChildProcess = fork(join(root, 'bench/server.ts'), [JSON.stringify({ tls })], {
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  server.send({});
  const [at] = (await once(server, 'message')) as [{ url: string; ca: string }];
  const dials = { bare: await load(cells.bare), patched: await load(cells.patched) };
  // One version of the SDK prints when it connects and closes.
  const { log } = console;
  console.log = () => {};
  const measured = await measurePairs(pairs, async (side) => {
    const open = await openMany(dials[side], at, lines);
    await quiet();
    const start = performance.now();
    if (side === 'bare') for (const line of open) line.destroy();
    else await Promise.all(open.map(({ target }) => target.disconnect(true)));
    while (!open.every(({ closed }) => closed)) await turn();
    return performance.now() - start;
  });
  console.log = log;
  server.disconnect();
  const of = (side: keyof Pair) => median(measured.map((pair) => pair[side]));
  const { version, target } = cells.bare;
  return {
    what: `forced disconnect of ${lines} idle ${target.className} of ${version}`,
    value: ratioOf(measured),
    unit: 'x',
    target: 1.5,
    detail: sides(of('bare'), of('patched'), 'ms'),
  };
}

/** Opens connections in batches of 50, because a thousand handshakes at once overflow the SYN backlog. */
async function openMany(dial: Dial, server: { url: string; ca: string }, count: number): Promise<Line[]> {
  const lines: Line[] = [];
  while (lines.length < count) {
    const batch = Array.from({ length: Math.min(50, count - lines.length) }, () => dial(server));
    await Promise.all(batch.map(({ opened }) => opened));
    lines.push(...batch);
  }
  return lines;
}
