import { parseArgs } from 'node:util';
import { coloursFor } from '../../scripts/print/colours.ts';
import { table } from '../table.ts';
import { killApps, runApp } from './run-app.ts';
import { cap, type Run, type Scenario, scenarios } from './scenarios.ts';
import { hangup, makeScratch, sdkVersion } from './scratch.ts';

const help = `Usage: npm start [-- --json]

Runs ${scenarios.length} small apps against the published SDK, patches it with the real command line, and runs them again.
Everything is local: a scratch project in the temporary folder and a voice server on 127.0.0.1. Takes about 10 s.

  --json      print {ok, sdk, node, scenarios: [{id, name, before, after}]}
  -h, --help  print this

Exit codes: 0 all as it should be, 1 not, 2 usage`;

interface Result {
  scenario: Scenario;
  before: Run;
  after: Run;
}

function readOptions(): { json?: boolean; help?: boolean } {
  try {
    return parseArgs({ options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\nRun "npm start -- --help"`);
    process.exit(2);
  }
}

const options = readOptions();
const say = (text = '') => options.json || console.log(text);
const live = process.stdout.isTTY === true && !options.json;
const colours = coloursFor(live);

if (options.help) console.log(help);
else await demo();

async function demo(): Promise<void> {
  const scratch = makeScratch();
  process.once('exit', scratch.remove);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      killApps();
      process.exit(signal === 'SIGINT' ? 130 : 143);
    });
  }
  say(`A scratch app with @cartesia/cartesia-js ${sdkVersion}, Node ${process.version}, a voice server on 127.0.0.1\n`);
  // All at once, because most of them only wait; afterwards two at a time, so that they do not wait for each other.
  const bare = `the bare SDK (one that does not end is killed after ${cap / 1000} s)`;
  const before = await runAll(bare, scratch.directory, scenarios.length);
  await runCommand(scratch.directory, 'apply');
  await runCommand(scratch.directory, 'verify');
  const after = await runAll('the patched SDK', scratch.directory, 2);
  report(scenarios.map((scenario, at) => ({ scenario, before: before[at]!, after: after[at]! })));
}

async function runAll(what: string, directory: string, parallel: number): Promise<Run[]> {
  let done = 0;
  const progress = () => process.stdout.write(`\r${done} of ${scenarios.length} apps were run on ${what}`);
  if (live) progress();
  const runs: Run[] = [];
  const waiting = [...scenarios.entries()];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [at, scenario] = next;
      runs[at] = await runApp(scenario, directory);
      done++;
      if (live) progress();
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  if (live) process.stdout.write('\n\n');
  else say(`${done} of ${scenarios.length} apps were run on ${what}\n`);
  return runs;
}

async function runCommand(directory: string, command: 'apply' | 'verify'): Promise<void> {
  const { ok, output } = await hangup(directory, command);
  say(`$ npx hangup ${command}\n${output}\n`);
  if (ok) return;
  if (options.json) console.error(output);
  process.exit(1);
}

function report(results: Result[]): void {
  const verdicts = results.map(({ scenario, before, after }) => ({
    shown: scenario.isDefect(before),
    right: scenario.isRight(after),
  }));
  const ok = verdicts.every(({ shown, right }) => shown && right);
  if (options.json) {
    const told = results.map(({ scenario: { id, name, tell }, before, after }, at) => ({
      id,
      name,
      before: { ...before, text: tell(before), showsDefect: verdicts[at]!.shown },
      after: { ...after, text: tell(after), isRight: verdicts[at]!.right },
    }));
    console.log(JSON.stringify({ ok, sdk: sdkVersion, node: process.version, scenarios: told }));
  } else {
    const cells = results.map(({ scenario, before, after }, at) => [
      scenario.name,
      `${scenario.tell(before)}${verdicts[at]!.shown ? '' : ' (NO DEFECT SEEN)'}`,
      `${scenario.tell(after)}${verdicts[at]!.right ? '' : ' (WRONG)'}`,
    ]);
    const width = process.stdout.columns || 124;
    say(table([['', 'before', 'after'], ...cells], width, paint));
  }
  const count = (key: 'shown' | 'right') => verdicts.filter((verdict) => verdict[key]).length;
  const total = results.length;
  say(`\n${count('shown')} of ${total} defects shown before, ${count('right')} of ${total} right after`);
  process.exitCode = ok ? 0 : 1;

  function paint(cell: string, column: number, row: number): string {
    if (row === 0) return colours.bold(cell);
    if (column === 0) return cell;
    return column === 2 && verdicts[row - 1]!.right ? colours.green(cell) : colours.red(cell);
  }
}
