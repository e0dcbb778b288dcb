#!/usr/bin/env node
import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { PatchError } from '../core/errors.ts';
import { packageRoot } from '../patching/package-json.ts';
import type { Exported } from './commands/export.ts';
import type { Initialised } from './commands/init.ts';
import { failure, type Outcome } from './outcome.ts';
import { printExported, printInitialised, printOutcome } from './print/report.ts';

type Options = NonNullable<ParseArgsConfig['options']>;
type Values = Record<string, string | boolean | undefined>;

interface Command {
  summary: string;
  help: string;
  /** What `--json` prints. */
  json: string;
  options: Options;
  /** How many operands it takes. Default 0. */
  operands?: number;
  run(values: Values, operands: string[]): Promise<Outcome | Exported | Initialised>;
}

const common: Options = {
  dir: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
};

const commonHelp = (json: string) => `  --dir D     the project to work on; default: the working directory
  --json      print ${json}
  -h, --help  print this`;

const codesHelp = `Exit codes: 0 all patched (with --revert: all pristine), 1 not patched, stale, a file cannot be read or written, a copy
that does not behave as its files say, or init has something to write, 2 usage, 3 a version without a patch, 4 a foreign or tampered file, 5 no SDK found`;

const commands: Record<string, Command> = {
  init: {
    summary: "write the patches' delivery into the project",
    help: `Usage: hangup init [--yes | --dry-run] [--remove] [--manager M] [--dir D] [--json]

Finds the project's package manager and writes what makes it apply the patches: keys and patch files, or a postinstall.
Shows the changes and asks. Run it again after the SDK or hangup was updated. Without a terminal and without --yes it
writes nothing and exits 1 if there is anything to write.

  --yes        do not ask
  --dry-run    show the changes only; exit 1 if there are any
  --remove     take out again what init has written
  --manager M  the package manager, as npm@12.2.0; default: what package.json and the lockfile say
`,
    json: '{ok, exitCode, manager, state, changes, delivery, shown, next, error?}',
    options: {
      yes: { type: 'boolean' },
      'dry-run': { type: 'boolean' },
      remove: { type: 'boolean' },
      manager: { type: 'string' },
    },
    async run({ dir, yes, remove, manager, json, 'dry-run': dryRun }) {
      const { init } = await import('./commands/init.ts');
      return init({
        dir: String(dir),
        mode: dryRun ? 'show' : yes ? 'write' : json ? 'show' : 'ask',
        remove: remove === true,
        ...(manager !== undefined && { manager: String(manager) }),
      });
    },
  },
  apply: {
    summary: 'patch every installed copy of the supported SDKs',
    help: `Usage: hangup apply [--check] [--revert] [--dir D] [--json]

Patches every installed copy below the project. Run it as often as you like, also in parallel and after an interrupted
run. If one copy has a foreign file or a version without a patch, no copy is changed.

  --check     write nothing; exit 1 if anything would be written
  --revert    restore the published files, byte for byte`,
    json: '{ok, exitCode, copies: [{path, version, state, action, files, …}], error?}',
    options: { check: { type: 'boolean' }, revert: { type: 'boolean' } },
    async run({ check, revert, dir }) {
      const { applyBelow } = await import('./commands/apply.ts');
      return applyBelow(String(dir), { check: check === true, revert: revert === true });
    },
  },
  verify: {
    summary: 'say whether every installed copy is patched',
    help: `Usage: hangup verify [--probe] [--dir D] [--json]

Compares every file with the patches' hashes and writes nothing. What a running app has loaded is another question:
assertPatched(Class) from "hangup/verify" answers it.

  --probe     load every copy too, in processes of its own, and look how it behaves; exit 1 where the files say another
              thing. No network, no key, at most 30 s a copy
`,
    json: '{ok, exitCode, copies: [{path, version, builds, state, delivery, files, probe?, …}], error?}',
    options: { probe: { type: 'boolean' } },
    async run({ dir, probe }) {
      const { verify } = await import('./verify.ts');
      return verify({ dir: String(dir), probe: probe === true });
    },
  },
  export: {
    summary: "print a patch in a package manager's own form",
    help: `Usage: hangup export <npm|pnpm|yarn|bun|patch-package> [--version X] [--output F] [--dir D] [--json]

Prints the patch of one SDK version in the form that the tool takes.

  --version X  the SDK's version; default: the one that is installed
  --output F   write it to a file instead
`,
    json: '{package, version, fileName, text, path?}, or {ok: false, exitCode, error}',
    options: { version: { type: 'string' }, output: { type: 'string' } },
    operands: 1,
    async run({ dir, version, output }, [tool = '']) {
      const { exportPatch } = await import('./commands/export.ts');
      try {
        return exportPatch(tool, {
          dir: String(dir),
          ...(version !== undefined && { version: String(version) }),
          ...(output !== undefined && { output: String(output) }),
        });
      } catch (error) {
        return failure(error);
      }
    },
  },
};

const overview = `Usage: hangup <command> [options]

${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(8)}  ${summary}`)
  .join('\n')}

  -h, --help     this text; "hangup <command> --help" says more
  -v, --version  hangup's version

${codesHelp}`;

function usage(what: string, why: string, next = 'Run "hangup --help"'): PatchError {
  return new PatchError('ERR_PATCH_USAGE', what, why, next);
}

async function run(argv: string[]): Promise<void> {
  const [name = '', ...rest] = argv;
  if (['--help', '-h', 'help'].includes(name)) console.log(overview);
  else if (['--version', '-v'].includes(name)) console.log(version());
  else if (Object.hasOwn(commands, name)) await runCommand(name, commands[name]!, rest);
  else {
    const what = name ? `"${name}" is not a command` : 'no command given';
    finish(
      failure(usage(what, `the commands are ${Object.keys(commands).join(' and ')}`)),
      name,
      rest.includes('--json'),
    );
  }
}

async function runCommand(name: string, command: Command, args: string[]): Promise<void> {
  let values: Values;
  let operands: string[];
  try {
    const parsed = parseArgs({ args, options: { ...common, ...command.options }, allowPositionals: true });
    values = parsed.values as Values;
    operands = parsed.positionals;
    if (values.help) {
      console.log(`${command.help}\n${commonHelp(command.json)}\n\n${codesHelp}`);
      return;
    }
    const empty = Object.entries(values).find(([, value]) => value === '');
    if (empty !== undefined) throw new Error(`--${empty[0]}: it is empty`);
    const surplus = operands[command.operands ?? 0];
    if (surplus !== undefined) throw new Error(`Unexpected argument '${surplus}'`);
    values.dir = resolve(String(values.dir ?? '.'));
    const isDirectory = statSync(values.dir, { throwIfNoEntry: false })?.isDirectory();
    if (!isDirectory) throw new Error(`--dir: ${values.dir} is not a directory`);
  } catch (error) {
    // The rest of Node's message is advice about its own options.
    const why = (error as Error).message.split('. ')[0]!;
    finish(failure(usage(`hangup ${name}`, why, `Run "hangup ${name} --help"`)), name, args.includes('--json'));
    return;
  }
  finish(await command.run(values, operands), values.revert ? 'revert' : name, values.json === true);
}

function finish(outcome: Outcome | Exported | Initialised, command: string, json: boolean): void {
  if (json) console.log(JSON.stringify(outcome));
  else if ('text' in outcome) printExported(outcome);
  else if ('changes' in outcome) printInitialised(outcome);
  else printOutcome(outcome, command);
  if ('text' in outcome) return;
  // Not process.exit(): a pipe that is still being written would be cut.
  process.exitCode = outcome.exitCode;
}

function version(): string {
  return (JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string }).version;
}

// Whoever reads it may have enough, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
await run(process.argv.slice(2));
