import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { table } from '../tools/table.ts';
import { measureApply } from './apply.ts';
import { measureMany, measureOne } from './disconnects.ts';
import { measureFamilies } from './families.ts';
import { measureHeap, measureMessages } from './messages.ts';
import { cellsOf, head, type Result, verdictOf } from './result.ts';
import { makeProjects, removeProjects, root, sdkVersion, startBench } from './sdks.ts';
import { compile, measureAssert, measureImport, measureRegister, measureVerify } from './startup.ts';

const help = `Usage: npm run bench [-- --quick | --control | --families | --apply] [--json]

Compares the patched SDK with the bare SDK of the same version, in interleaved pairs on this machine. The figures are
medians with the 95 % interval of a bootstrap. Writes .cache/bench.json. Takes about 8 minutes.

  --quick     use few sockets, messages and pairs: shows that the bench works; the figures mean nothing
  --control   compare the bare SDK with a second copy of itself, in CPU per message: shows the error of the method
  --families  measure only the forced disconnect of 1,000 connections, for every class of sockets
  --apply     measure only "hangup apply" against patch-package
  --json      print the content of the file
  -h, --help  print this

Exit codes: 0, 1 when CPU per message is above its hard limit (not with --quick), 2 usage`;

function readOptions() {
  try {
    return parseArgs({
      options: {
        quick: { type: 'boolean' },
        control: { type: 'boolean' },
        families: { type: 'boolean' },
        apply: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\nRun "npm run bench -- --help"`);
    process.exit(2);
  }
}

const {
  quick = false,
  control = false,
  families = false,
  apply = false,
  json = false,
  help: wantsHelp,
} = readOptions();
if (wantsHelp) console.log(help);
else await main();

async function main(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  process.once('exit', removeProjects);
  await makeProjects({ control });
  await compile();
  const results: Result[] = [];
  for await (const result of measureAll()) {
    results.push(result);
    if (!json) process.stderr.write(`measured: ${result.what}\n`);
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
  if (control) return yield* await measureMessages(samples, quick);
  if (apply) return yield* await measureApply(samples);
  const sockets = quick ? 50 : 1000;
  if (families) return yield* measureFamilies(sockets, samples);
  const bench = await startBench();
  yield await measureMany(bench, 'forced', sockets, samples);
  yield await measureMany(bench, 'graceful', sockets, samples);
  yield await measureMany(bench, 'forced', sockets, samples, true);
  yield* await measureOne(bench, 'forced', samples);
  yield* await measureOne(bench, 'graceful', samples);
  bench.stop();
  yield* measureFamilies(sockets, samples);
  yield* await measureMessages(samples, quick);
  yield await measureHeap(samples, quick);
  yield* await measureAssert(samples);
  yield* await measureVerify(samples);
  yield* await measureImport(samples);
  yield* await measureRegister(samples);
  yield* await measureApply(samples);
}
