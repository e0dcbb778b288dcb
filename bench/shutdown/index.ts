import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installOnDemand } from '../../test/support/on-demand.ts';
import type { Result } from '../result.ts';
import { root, workFolder } from '../sdks.ts';
import { estimate, median } from '../stats.ts';
import { type Run, runOne, type Scenario } from './run-one.ts';

/** Other packages that end a server. They are installed below `.cache` at the first run. */
const versions: Record<string, string> = {
  'close-with-grace': '2.5.0',
  '@godaddy/terminus': '4.12.1',
  'http-terminator': '3.2.0',
  'http-graceful-shutdown': '4.0.0',
  lightship: '9.0.3',
  'exit-hook': '5.1.0',
  'fastify-graceful-shutdown': '5.0.0',
  '@gquittet/graceful-server': '5.2.17',
  prexit: '2.3.0',
};
const others = Object.keys(versions);

export const scenarios: Record<string, Scenario> = {
  S1: { what: 'polite clients' },
  S2: { what: '10 clean-ups stuck', stuck: 10 },
  S3: { what: '10 clean-ups stuck, a second SIGINT after 0.5 s', stuck: 10, again: 500 },
  S4: { what: 'a clean-up blocks the event loop, a second SIGINT after 1 s', blocks: true, again: 1000 },
  S5: { what: 'a timer throws after 200 ms', lateThrow: 200 },
  S6: { what: '20 clients never answer the close frame', deaf: 20 },
  S7: { what: 'S1, clients send audio', streams: true },
  S8: { what: 'S3, clients send audio', stuck: 10, again: 500, streams: true },
  S9: { what: 'S4, clients send audio', blocks: true, again: 1000, streams: true },
};
/** All is in order in these: the fastest one counts, so each is run several times. */
const inOrder = ['S1', 'S7'];

/** Compares hangup with nine other packages: ms to the exit, and clients that got close code 1001. */
export async function* measureShutdown(quick: boolean): AsyncGenerator<Result> {
  const folder = await installPeers();
  const clients = quick ? 20 : 100;
  const lifecycle = pathToFileURL(join(workFolder, 'dist/lifecycle/index.js')).href;
  const all: Record<string, Record<string, Run[]>> = {};
  for (const [id, scenario] of Object.entries(scenarios)) {
    const rounds = !quick && inOrder.includes(id) ? 5 : 1;
    const runs: Record<string, Run[]> = {};
    for (let round = 0; round < rounds; round++) {
      for (const peer of ['hangup', ...others]) {
        runs[peer] ??= [];
        runs[peer].push(await runOne({ peer, folder, lifecycle }, scenario, clients));
      }
    }
    all[id] = runs;
    console.error(
      `${id}: ${Object.entries(runs)
        .map(([peer, its]) => `${peer} ${textOf(its)}`)
        .join('; ')}`,
    );
  }
  mkdirSync(join(root, '.cache'), { recursive: true });
  writeFileSync(join(root, '.cache/bench-shutdown.json'), JSON.stringify(all, null, 2));
  for (const id of Object.keys(scenarios)) yield* compare(id, all, clients);
}

async function installPeers(): Promise<string> {
  const folder = join(root, '.cache/bench-peers');
  const specs = Object.entries(versions).map(([name, version]) => `${name}@${version}`);
  await installOnDemand(folder, ...specs, 'ws@8.23.0', 'fastify@5.12.8');
  return folder;
}

const least = (runs: readonly Run[]) => Math.min(...runs.map(({ told }) => told));
const time = (runs: readonly Run[]) => median(runs.map(({ ms }) => ms));
const textOf = (runs: readonly Run[]) =>
  `${runs[0]!.exit === 'HUNG' ? 'HUNG' : `${time(runs).toFixed(0)} ms/${runs[0]!.exit}`}, told ${least(runs)}`;

/** Hangup against the most clients told, and against the fastest of those that have told all in each run. */
function* compare(id: string, all: Record<string, Record<string, Run[]>>, clients: number): Generator<Result> {
  const { hangup, ...runs } = all[id] as Record<string, Run[]> & { hangup: Run[] };
  const most = Math.max(...Object.values(runs).map(least));
  yield {
    what: `${id}, ${scenarios[id]!.what}: clients that are not told, against the best peer`,
    value: estimate([(clients - least(hangup)) / Math.max(1, clients - most)]),
    unit: 'x',
    target: 1,
    detail: `${most} / ${least(hangup)} of ${clients} told (best peer / hangup)`,
  };
  // In S7, the close frame of one that does not wait for its answer is lost now and then.
  const isCorrect = (peer: string) =>
    least(runs[peer]!) === clients && (!inOrder.includes(id) || least(all.S7![peer]!) === clients);
  const right = others.filter(isCorrect).sort((a, b) => time(runs[a]!) - time(runs[b]!))[0];
  if (right === undefined) return;
  yield {
    what: `${id}: time to exit, against ${right}`,
    value: estimate(hangup.map(({ ms }, round) => ms / runs[right]![round]!.ms)),
    unit: 'x',
    target: inOrder.includes(id) ? 1.2 : 1,
    detail: `${time(runs[right]!).toFixed(0)} / ${time(hangup).toFixed(0)} ms (${right} / hangup)`,
  };
}
