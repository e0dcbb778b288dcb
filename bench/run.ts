import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { shareCertificate } from '../test/support/certificate.ts';
import { table } from '../tools/table.ts';
import { measureAgents } from './agents.ts';
import { measureApply } from './apply.ts';
import { measureMany, measureOne } from './disconnects.ts';
import { measureFamilies } from './families.ts';
import { measureHeap, measureMessages } from './messages.ts';
import { measureReceive } from './receive.ts';
import { cellsOf, head, type Result, verdictOf } from './result.ts';
import { controlVariable, makeProjects, removeProjects, root, sdkVersion, startBench } from './sdks.ts';
import { measureShutdown } from './shutdown/index.ts';
import { compile, measureAssert, measureImport, measureRegister, measureVerify } from './startup.ts';

/** The parts of the run, in their order. */
const parts = [
  'disconnects',
  'families',
  'messages',
  'heap',
  'startup',
  'apply',
  'receive',
  'shutdown',
  'agents',
] as const;
type Part = (typeof parts)[number];

const help = `Usage: npm run bench [-- --quick | --control] [--only PART,...] [--json]

Compares the patched SDK with the bare SDK of the same version, in interleaved pairs on this machine. The figures are
medians with the 95 % interval of a bootstrap. Writes .cache/bench.json. Takes about an hour on 2 cores.

  --quick     use few sockets, messages and pairs: shows that the bench works; the figures mean nothing
  --control   compare the bare SDK with a second copy of itself, in CPU per message: shows the error of the method
  --only A,B  measure only these parts: ${parts.join(', ')}
  --json      print the content of the file
  -h, --help  print this

Exit codes: 0, 1 when CPU per message is above its hard limit (not with --quick), 2 usage`;

function readOptions() {
  try {
    return parseArgs({
      options: {
        quick: { type: 'boolean' },
        control: { type: 'boolean' },
        only: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\nRun "npm run bench -- --help"`);
    process.exit(2);
  }
}

const { quick = false, control = false, only, json = false, help: wantsHelp } = readOptions();
/** The parts that this run measures. */
const wanted = control ? (['messages'] as const) : readParts();
if (wantsHelp) console.log(help);
else if (shareCertificate()) await main();
else startAgain();

/** Some SDKs take no certificate for their connections: this process has to trust it from its start. */
function startAgain(): void {
  const args = [...process.execArgv, ...process.argv.slice(1)];
  process.exitCode = spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
}

function readParts(): readonly Part[] {
  const named = only?.split(',') ?? parts;
  const unknown = named.filter((name) => !parts.some((part) => part === name));
  if (unknown.length === 0) return parts.filter((part) => named.includes(part));
  console.error(`there is no part ${unknown.join(', ')}\nRun "npm run bench -- --help"`);
  process.exit(2);
}

async function main(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  process.once('exit', removeProjects);
  if (control) process.env[controlVariable] = '1';
  await makeProjects();
  await compile();
  const results: Result[] = [];
  for await (const result of measureAll()) {
    results.push(result);
    if (!json) process.stderr.write(`${cellsOf(result).slice(0, 3).join(': ')}\n`);
  }
  const cpu = cpus();
  const report = {
    date: new Date().toISOString(),
    sdk: sdkVersion,
    node: process.version,
    machine: `${cpu.length} x ${cpu[0]?.model ?? 'unknown'}`,
    quick,
    control,
    results: results.map((result) => ({ ...result, verdict: verdictOf(result) })),
  };
  const file = join(root, '.cache/bench.json');
  mkdirSync(join(root, '.cache'), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  if (json) console.log(JSON.stringify(report));
  else {
    console.log(
      `\nSDK ${report.sdk}, Node ${report.node}, ${report.machine}${quick ? ', quick: no valid figures' : ''}\n`,
    );
    console.log(table([head, ...results.map(cellsOf)], process.stdout.columns || 150));
  }
  process.exitCode = !quick && results.some((result) => verdictOf(result) === 'FAIL') ? 1 : 0;
}

async function* measureAll(): AsyncGenerator<Result> {
  const samples = quick ? 3 : 15;
  const sockets = quick ? 50 : 1000;
  const measures: Record<Part, () => AsyncGenerator<Result>> = {
    disconnects: () => measureDisconnects(sockets, samples),
    families: () => measureFamilies(sockets, samples),
    messages: () => measureMessages(samples, quick),
    async *heap() {
      yield await measureHeap(samples, quick);
    },
    startup: () => measureStartup(samples),
    async *apply() {
      yield* await measureApply(samples);
    },
    receive: () => measureReceive(samples, quick),
    shutdown: () => measureShutdown(quick),
    agents: () => measureAgents(quick ? 1 : 3, quick),
  };
  for (const part of wanted) yield* measures[part]();
}

async function* measureDisconnects(sockets: number, samples: number): AsyncGenerator<Result> {
  const bench = await startBench();
  yield await measureMany(bench, 'forced', sockets, samples);
  yield await measureMany(bench, 'graceful', sockets, samples);
  yield await measureMany(bench, 'forced', sockets, samples, true);
  yield* await measureOne(bench, 'forced', samples);
  yield* await measureOne(bench, 'graceful', samples);
  bench.stop();
}

async function* measureStartup(samples: number): AsyncGenerator<Result> {
  yield* await measureAssert(samples);
  yield* await measureVerify(samples);
  yield* await measureImport(samples);
  yield* await measureRegister(samples);
}
