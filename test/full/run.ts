import { type ChildProcess, spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { sdks } from '../../overlays/sdks.ts';
import { nodeBinary, nodeMajors } from '../support/nodes.ts';
import { root } from '../support/sdk.ts';
import { writeSupport } from './support.ts';

const help = `npm run test:full -- [options]

Every SDK × version × class × module format × delivery × scenario, and the bare SDK as the negative control.

--node <majors>  run on these versions of Node instead of this one, comma separated: ${nodeMajors.join(', ')}
--sdk <name>     play only this SDK: ${sdks.map(({ name }) => name).join(', ')}
--update         then write test/full/support.json from the cells in which everything passed. With --sdk, the results of the other
                 SDKs stay.
--help           this text

The results are in .cache/full/<Node version>.json. Exit codes: 0 all passed, 1 a failure, 2 usage, 130 interrupted.
`;

/** The most that a run on one version of Node may take, in ms. */
const limit = 30 * 60_000;
/** Between Ctrl+C and a kill, in ms. */
const grace = 5_000;

let running: ChildProcess | undefined;
let interrupted = false;
const started = Date.now();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    interrupted = true;
    running?.kill('SIGTERM');
    setTimeout(() => running?.kill('SIGKILL'), grace).unref();
  });
}

process.exitCode = await main();

async function main(): Promise<number> {
  const given = options();
  if (typeof given === 'number') return given;
  let failures = 0;
  for (const major of given.majors) {
    const binary = await nodeBinary(major);
    console.log(`\nNode ${major}`);
    if ((await vitest(binary, given.sdk)) !== 0) failures++;
    if (interrupted) return 130;
  }
  if (given.update) console.log(writeSupport(started, given.sdk));
  return failures === 0 ? 0 : 1;
}

interface Given {
  majors: number[];
  sdk: string | undefined;
  update: boolean;
}

function options(): Given | number {
  try {
    const { values } = parseArgs({
      options: {
        node: { type: 'string' },
        sdk: { type: 'string' },
        update: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) {
      console.log(help);
      return 0;
    }
    const majors = values.node?.split(',').map(Number) ?? [Number.parseInt(process.versions.node, 10)];
    const unknown = majors.filter((major) => !nodeMajors.includes(major));
    if (unknown.length > 0) throw new Error(`--node ${values.node}: there are ${nodeMajors.join(', ')}`);
    const { sdk, update = false } = values;
    const names = sdks.map(({ name }) => name);
    if (sdk !== undefined && !names.includes(sdk)) throw new Error(`--sdk ${sdk}: there are ${names.join(', ')}`);
    return { majors, sdk, update };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help}`);
    return 2;
  }
}

function vitest(binary: string, sdk: string | undefined): Promise<number> {
  const argv = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--config',
    'test/full/vitest.config.ts',
    '--reporter',
    './test/full/reporter.ts',
    // The name of a cell begins with its SDK.
    ...(sdk === undefined ? [] : ['-t', `^${sdk} `]),
  ];
  const child = spawn(binary, argv, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  running = child;
  const timer = setTimeout(() => {
    console.error(`the run is not over after ${limit / 60_000} minutes`);
    child.kill('SIGKILL');
  }, limit);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      running = undefined;
      resolve(code ?? 1);
    });
  });
}
