import { failure, listOf, type Outcome } from './outcome.ts';
import { printExported, printInitialised, printOutcome, type Verb, type Where } from './print/report.ts';

/** The values of a command's options, by name. */
export type Values = Readonly<Record<string, string | boolean | undefined>>;

/** The result of a command, for the command line. */
export interface Result {
  exitCode: number;
  /** The command's own part of the object that `--json` prints. */
  json: object;
  /** Prints the result for people. Errors go to stderr. */
  print(): void;
}

export interface Option {
  /** The name of the option's value in the help. An option without one is a switch. */
  value?: string;
  short?: string;
  help: string;
}

export interface Command {
  /** Its line in the list of commands. */
  summary: string;
  /** Its operands and its own options, as the help shows them. */
  usage: string;
  /** Sentences for `--help`. A function loads modules that they need. */
  help: string | (() => Promise<string>);
  /** The shape of what `--json` prints. */
  json: string;
  options: Readonly<Record<string, Option>>;
  /** The number of operands that it takes. Default 0. */
  operands?: number;
  run(values: Values, operands: readonly string[]): Promise<Result>;
}

const recursive: Option = {
  help: 'work on every copy in any folder below, of other projects and of build outputs too',
};

// Each command loads its own modules when it runs, because reading all of them would delay every command.

const init: Command = {
  summary: 'set up a project so that its package manager applies the patches',
  usage: '[--yes | --dry-run] [--remove] [--manager M]',
  help: `Finds the project's package manager, and sets up the project so that this manager applies the patches: by keys and
patch files, or by scripts. It shows the changes and asks before it writes them. Run it again after an update of the
SDK or of hangup. Without a terminal and without --yes it writes nothing, and exits 1 when there are changes to write.`,
  json: '{…, manager, state, changes, delivery, shown, next, error?}',
  options: {
    yes: { help: 'write without asking' },
    'dry-run': { help: 'show the changes and write nothing; exit 1 when there are any' },
    remove: { help: 'remove everything that init has written' },
    manager: {
      value: 'M',
      help: 'the package manager, for example npm@12.2.0; default: as package.json or the lockfile says',
    },
  },
  async run({ dir, yes, remove, manager, json, 'dry-run': dryRun }) {
    const { init } = await import('./commands/init.ts');
    const result = await init({
      dir: String(dir),
      mode: dryRun ? 'show' : yes ? 'write' : json ? 'show' : 'ask',
      remove: remove === true,
      ...(manager !== undefined && { manager: String(manager) }),
    });
    return { exitCode: result.exitCode, json: result, print: () => printInitialised(result, dryRun === true) };
  },
};

const apply: Command = {
  summary: 'patch every installed copy of the supported SDKs',
  usage: '[--check] [--revert] [--recursive]',
  help: `Patches every copy that is installed in the project. In a package of a workspace, the project is the whole workspace.
It can run any number of times, in parallel, and after an interrupted run. When one copy has a foreign file or a version
without a patch, no copy is changed.`,
  json: '{…, root, copies: [{path, version, state, action, files, …}], error?}',
  options: {
    check: { help: 'write nothing; exit 1 when there is anything to write' },
    revert: { help: 'restore the published files, byte for byte' },
    recursive,
  },
  async run({ check, revert, recursive, dir, json }) {
    const { applyBelow } = await import('./commands/apply.ts');
    const where = { dir: String(dir), recursive: recursive === true };
    const outcome = applyBelow(where.dir, { ...where, check: check === true, revert: revert === true });
    return revert || json
      ? outcomeResult(outcome, revert ? 'revert' : 'apply', where)
      : withNext(outcome, 'apply', where);
  },
};

const verify: Command = {
  summary: 'say whether every installed copy is patched',
  usage: '[--probe] [--recursive]',
  help: `Compares every file with the hashes of the patches, and writes nothing. It does not see which copy a running app has
loaded: assertPatched(Class) from "hangup/verify" does. It does not see SDKs that have no patch on disk.`,
  json: '{…, root, copies: [{path, version, builds, state, delivery, files, probe?, …}], error?}',
  options: {
    probe: {
      help: `also load every copy, in processes of its own, and watch how it behaves; exit 1 when it behaves unlike its
files. Needs no network and no key, and takes at most 30 s a copy`,
    },
    recursive,
  },
  async run({ dir, probe, recursive, json }) {
    const { verify } = await import('./verify.ts');
    const where = { dir: String(dir), recursive: recursive === true };
    const outcome = await verify({ ...where, probe: probe === true });
    return json ? outcomeResult(outcome, 'verify', where) : withNext(outcome, 'verify', where);
  },
};

const doctor: Command = {
  summary: 'say how the SDK of a project gets its patch, and what to run next',
  usage: '',
  help: `Shows the project, its package manager, the copies of the SDK, the set-up for the patch, and the effect of the next
install. It writes nothing. It exits 0 when every copy is patched and the set-up is complete.`,
  json: '{…, hangup, node, project, dependency, manager, copies, setup, hook, otherPatches, install, next, error?}',
  options: {},
  async run({ dir }) {
    const { diagnose } = await import('./commands/doctor.ts');
    const { printDiagnosis } = await import('./print/diagnosis.ts');
    const diagnosis = await diagnose(String(dir));
    return { exitCode: diagnosis.exitCode, json: diagnosis, print: () => printDiagnosis(diagnosis) };
  },
};

const exportCommand: Command = {
  summary: 'print a patch in the form that a package manager takes',
  usage: '<tool> [--version X] [--output F]',
  async help() {
    const { tools } = await import('./commands/export.ts');
    return `Prints the patch of one version of an SDK in the form that a tool takes.
The tools are ${listOf(tools)}.`;
  },
  json: '{…, patch: {package, version, fileName, text, path?}, error?}',
  options: {
    version: { value: 'X', help: 'the version of the SDK; default: the installed one' },
    output: { value: 'F', help: 'write the patch to this file and do not print it' },
  },
  operands: 1,
  async run({ dir, version, output }, [tool = '']) {
    const { exportPatch } = await import('./commands/export.ts');
    try {
      const exported = exportPatch(tool, {
        dir: String(dir),
        ...(version !== undefined && { version: String(version) }),
        ...(output !== undefined && { output: String(output) }),
      });
      return { exitCode: 0, json: { patch: exported }, print: () => printExported(exported) };
    } catch (error) {
      return outcomeResult(failure(error));
    }
  },
};

/** The options that every command has. @param json what its `--json` prints */
const common = ({ json }: Command): Record<string, Option> => ({
  dir: { value: 'D', help: 'work on the project in this folder; default: the working directory' },
  json: { help: `print ${json.replace('…', 'version: 1, command, ok, exitCode')}` },
  help: { short: 'h', help: 'print this text' },
});

/** All options of a command: its own and the common ones. */
export const optionsOf = (command: Command): Record<string, Option> => ({ ...command.options, ...common(command) });

export const commands: Readonly<Record<string, Command>> = { init, apply, verify, doctor, export: exportCommand };

/** Finds the commands to run next only when there is a copy to patch: an install waits for the answer of `verify`. */
async function withNext(outcome: Outcome, verb: Verb, where: Where): Promise<Result> {
  if (outcome.ok || outcome.error || where.recursive) return outcomeResult(outcome, verb, where);
  const { nextStepsOf } = await import('./commands/next-steps.ts');
  return outcomeResult(outcome, verb, { ...where, next: await nextStepsOf(outcome) });
}

export const outcomeResult = (outcome: Outcome, verb?: Verb, where?: Where): Result => ({
  exitCode: outcome.exitCode,
  json: outcome,
  print: () => printOutcome(outcome, verb, where),
});
