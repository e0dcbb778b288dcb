import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { App, type Step, StepFailed } from './app.ts';
import { Machine, removeFolder } from './machine.ts';
import { trials } from './trials/index.ts';
import type { Trial } from './trials/trial.ts';

const help = `Usage: npm run test:first-hour [-- --only npm,fastify] [--keep]

Follows the documents from the packed tarball, as somebody does who has never seen hangup: in new apps, with a home and
caches of their own, by the commands and the code that the documents show. It needs Linux, git and the npm registry.

  --only A,B  play these alone: ${trials.map(({ id }) => id).join(', ')}
  --keep      keep the scratch folder`;

const { values } = parseArgs({
  options: { only: { type: 'string' }, keep: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
});

const width = Math.max(...trials.map(({ id }) => id.length));

if (values.help) console.log(help);
else await main();

interface Result {
  title: string;
  way: string;
  ms: number;
  passed: number;
  failed: number;
}

async function main(): Promise<void> {
  const only = values.only?.split(',');
  const unknown = only?.filter((id) => trials.every((one) => one.id !== id)) ?? [];
  if (unknown.length > 0) {
    console.error(`no app is called ${unknown.join(' or ')}\n\n${help}`);
    process.exitCode = 2;
    return;
  }
  const started = performance.now();
  const scratch = mkdtempSync(join(tmpdir(), 'hangup-first-hour-'));
  let machine: Machine | undefined;
  const cleanUp = () => {
    machine?.end();
    if (values.keep) console.log(`left: ${scratch}`);
    else removeFolder(scratch);
  };
  // `on`: npm passes on a signal that the terminal has sent to this process already.
  for (const [signal, code] of [
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)
    process.on(signal, () => {
      cleanUp();
      process.exit(code);
    });
  try {
    machine = await Machine.start(scratch);
    const results = await playAll(
      trials.filter(({ id }) => only?.includes(id) ?? true),
      machine,
    );
    console.log(`\n${'App'.padEnd(60)}First success     All steps`);
    for (const { title, way, ms } of results) console.log(`${title.padEnd(60)}${way.padEnd(18)}${seconds(ms)}`);
    const sum = (key: 'passed' | 'failed') => results.reduce((total, result) => total + result[key], 0);
    console.log(`\n${sum('passed')} passed, ${sum('failed')} failed, in ${seconds(performance.now() - started)}`);
    if (sum('failed') > 0) process.exitCode = 1;
  } finally {
    cleanUp();
  }
}

/** Plays two trials at a time, because most of the time a package manager waits for the network. */
async function playAll(chosen: readonly Trial[], machine: Machine): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = [...chosen.entries()];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results[next[0]] = await play(next[1], machine);
  };
  await Promise.all([work(), work()]);
  return results;
}

async function play(trial: Trial, machine: Machine): Promise<Result> {
  const result = { title: trial.title, way: 'none', ms: 0, passed: 0, failed: 0 };
  const tell = ({ words, ms, failed }: Step) => {
    result.ms += ms;
    result[failed ? 'failed' : 'passed']++;
    const time = `${Math.round(ms)} ms`.padStart(8);
    console.log(`${trial.id.padEnd(width)}  ${failed ? 'FAILED' : 'ok    '} ${time}  ${words}`);
  };
  const app = new App(join(machine.apps, trial.id), machine, tell);
  const another = (name: string) => new App(join(machine.apps, `${trial.id}-${name}`), machine, tell, app.log);
  try {
    await trial.play(app, another);
  } catch (error) {
    if (!(error instanceof StepFailed)) tell({ words: String(error), ms: 0, failed: true });
    console.log(`${(error as Error).message}\n${app.log.join('\n')}`.replace(/^/gm, '    '));
  }
  if (app.success) {
    const { commands, ms } = app.success;
    result.way = `${commands} ${commands === 1 ? 'command' : 'commands'}, ${seconds(ms)}`;
  }
  return result;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
