#!/usr/bin/env node
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PatchError } from '../core/errors.ts';
import { version } from '../overlays/version.ts';
import { type Command, commands, optionsOf, outcomeResult, type Result, type Values } from './commands.ts';
import { failure, listOf } from './outcome.ts';

async function run(argv: readonly string[]): Promise<void> {
  const [name = '', ...args] = argv;
  if (['--help', '-h', 'help'].includes(name)) console.log((await loadHelp()).overview(commands));
  else if (['--version', '-v'].includes(name)) console.log(version);
  else if (Object.hasOwn(commands, name)) await runCommand(name, commands[name]!, args);
  else {
    const what = name ? `"${name}" is not a command` : 'no command was given';
    const why = `the commands are ${listOf(Object.keys(commands))}`;
    finish(name, refused(what, why, 'Run "hangup --help"'), args.includes('--json'));
  }
}

async function runCommand(name: string, command: Command, args: string[]): Promise<void> {
  let parsed: { values: Values; operands: string[] };
  try {
    parsed = parse(command, args);
  } catch (error) {
    // The rest of Node's message is advice about its own options.
    const why = (error as Error).message.split('. ')[0]!;
    finish(name, refused(`hangup ${name}`, why, `Run "hangup ${name} --help"`), args.includes('--json'));
    return;
  }
  const { values, operands } = parsed;
  if (values.help) console.log(await (await loadHelp()).helpOf(name, command, optionsOf(command)));
  else finish(name, await command.run(values, operands), values.json === true);
}

/** Loads the help only when it is asked for, because it would delay every command. */
const loadHelp = () => import('./print/help.ts');

/** @throws {Error} on an option, an operand or a folder that the command cannot take */
function parse(command: Command, args: string[]): { values: Values; operands: string[] } {
  const options = Object.entries(optionsOf(command)).map(([name, { value, short }]) => [
    name,
    { type: value === undefined ? ('boolean' as const) : ('string' as const), ...(short && { short }) },
  ]);
  const { values, positionals } = parseArgs({
    args,
    options: Object.fromEntries(options),
    allowPositionals: true,
  }) as { values: Values; positionals: string[] };
  if (values.help) return { values, operands: [] };
  const empty = Object.entries(values).find(([, value]) => value === '');
  if (empty !== undefined) throw new Error(`the value of --${empty[0]} is empty`);
  const surplus = positionals[command.operands ?? 0];
  if (surplus !== undefined) throw new Error(`Unexpected argument '${surplus}'`);
  const dir = resolve(String(values.dir ?? '.'));
  const isDirectory = statSync(dir, { throwIfNoEntry: false })?.isDirectory();
  if (!isDirectory) throw new Error(`--dir: ${dir} is not a directory`);
  return { values: { ...values, dir }, operands: positionals };
}

const refused = (what: string, why: string, next: string): Result =>
  outcomeResult(failure(new PatchError('ERR_PATCH_USAGE', what, why, next)));

/** The version of the shape that `--json` prints. It grows when a member is removed or gets another meaning. */
const shape = 1;

function finish(command: string, { exitCode, json, print }: Result, isJson: boolean): void {
  if (isJson) console.log(JSON.stringify({ version: shape, command, ok: exitCode === 0, exitCode, ...json }));
  else print();
  // Unlike process.exit(), this lets a pipe that is still being written drain.
  process.exitCode = exitCode;
}

// A reader such as `head` closes the pipe when it has read enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
await run(process.argv.slice(2));
