import { relative } from 'node:path';
import type { Exported } from '../commands/export.ts';
import type { Initialised } from '../commands/init.ts';
import { type Action, type CopyResult, isDelivered, type Outcome, someOf } from '../outcome.ts';
import { printChanges, printManager } from './changes.ts';
import { coloursFor } from './colours.ts';

const colours = coloursFor(process.stdout.isTTY === true);
const errorColours = coloursFor(process.stderr.isTTY === true);

const deeds: Record<Action, string> = {
  none: '',
  patched: 'patched',
  reverted: 'reverted',
  'would-patch': 'to be patched',
  'would-revert': 'to be reverted',
  refused: 'refused, nothing changed',
  skipped: 'left as it is',
};

/** The command that the words follow. `revert` is `apply --revert`. */
export type Verb = 'apply' | 'revert' | 'verify';

export interface Where {
  dir?: string;
  recursive?: boolean;
  /** The commands that patch the project. Default: `hangup apply` on the same copies. */
  next?: { commands: readonly string[]; instead: string } | undefined;
}

/**
 * Prints an outcome for people: a line for each copy, then a summary. Errors go to stderr.
 *
 * @param where the options that named the copies; the command to run next has them too
 */
export function printOutcome(outcome: Outcome, command: Verb = 'apply', where: Where = {}): void {
  for (const copy of outcome.copies) console.log(command === 'verify' ? verified(copy) : line(copy, outcome.ok));
  for (const folder of outcome.skipped ?? [])
    console.error(`${errorColours.yellow('not searched')} ${folder}: it cannot be read`);
  if (outcome.error) console.error(`${errorColours.red('error')} ${outcome.error.code}: ${outcome.error.message}`);
  if (outcome.copies.length > 0) console.log(summary(outcome, command, where));
  if (outcome.caches)
    console.log(
      `caches of bundlers may still hold the SDK as it was; remove them before the next build:\n  rm -rf ${outcome.caches.map(shown).join(' ')}`,
    );
}

/** Prints a patch as it is, so that it can be piped. Where it was written to a file, prints the file's name instead. */
export function printExported({ text, path, version, fileName }: Exported): void {
  if (path === undefined) process.stdout.write(text);
  else
    console.log(
      `${relative(process.cwd(), path)} holds the patch of ${version}; the tool's name for it is ${fileName}`,
    );
}

/** Prints what `init` did, or would do, for people. */
export function printInitialised(result: Initialised, isDry: boolean): void {
  const { manager, changes, state, next, error } = result;
  if (!result.shown) {
    if (manager) printManager(manager);
    printChanges(changes);
  }
  if (error) console.error(`${errorColours.red('error')} ${error.code}: ${error.message}`);
  else if (state === 'unchanged')
    console.log(next.length === 0 ? 'nothing to do' : 'nothing to write; the SDK is not patched yet');
  else if (state === 'written') console.log(colours.green('written'));
  else {
    const how = isDry ? 'with --yes, and without --dry-run,' : 'with --yes';
    const hint = result.shown ? '' : `; the same command ${how} writes these changes`;
    console.error(`${errorColours.yellow('nothing was written')}${hint}`);
  }
  for (const command of next) console.log(`next: ${command}`);
}

const shown = (path: string) => relative(process.cwd(), path) || '.';
const pathOf = (copy: CopyResult) => shown(copy.path);

/** The line of one copy after `apply`. */
function line(copy: CopyResult, ok: boolean): string {
  const deed = deeds[copy.action];
  const colour = ok ? colours.green : copy.action === 'refused' ? colours.red : colours.yellow;
  return `${pathOf(copy)} ${copy.version} ${colour(copy.state)}${missing(copy)}${deed && ` -> ${colour(deed)}`}`;
}

/** Names the files that a copy was made without. */
function missing({ files }: CopyResult): string {
  const paths = files.filter(({ state }) => state === 'missing').map(({ path }) => path);
  return paths.length === 0 ? '' : ` (without ${someOf(paths)})`;
}

/** The line of one copy after `verify`: path, version, builds, state, delivery, and how the builds behave. */
export function verified(copy: CopyResult): string {
  const { version, builds, state, delivery, probe } = copy;
  const colour = isDelivered(copy) ? colours.green : state === 'foreign' ? colours.red : colours.yellow;
  const left = copy.files.filter((file) => file.state === 'pristine').map((file) => file.path);
  const detail = state === 'partial' ? ` (as published: ${someOf(left)})` : '';
  const behaviour = probe && `, probe: ${wordsOf(probe)}`;
  const loadable = builds.length > 0 ? ` ${builds.join('+')}` : '';
  return `${pathOf(copy)} ${version}${loadable} ${colour(state)}${detail}${missing(copy)}, delivery: ${delivery === 'disk' ? 'files on disk' : delivery}${behaviour ?? ''}`;
}

function wordsOf(probe: NonNullable<CopyResult['probe']>): string {
  const words = probe.map(({ build, patched }) => `${build} ${patched ? 'patched' : 'not patched'}`);
  return words.join(' and ');
}

function summary({ copies, ok, error }: Outcome, command: Verb, where: Where): string {
  const count = (test: (copy: CopyResult) => boolean) => copies.filter(test).length;
  const changed = count(({ action }) => action === 'patched' || action === 'reverted');
  const wanted = command === 'revert' ? 'pristine' : 'patched';
  const done =
    command === 'verify'
      ? count(isDelivered)
      : changed + count((copy) => copy.state === wanted && copy.action === 'none');
  if (ok) return `${done} ${unitOf(done)} ${wanted}${changed === 0 && command !== 'verify' ? ', nothing to do' : ''}`;
  const next = error ? '' : `; run ${nextWords(command, where)}`;
  return `${done} of ${copies.length} ${unitOf(copies.length)} ${wanted}${next}`;
}

function nextWords(command: Verb, { dir, recursive, next }: Where): string {
  const folder = relative(process.cwd(), dir ?? '');
  if (next !== undefined) {
    const there = folder === '' ? '' : ` in ${folder}`;
    return `${next.commands.map((one) => `"${one}"`).join(', then ')}${there}${next.instead}`;
  }
  const words = [
    command === 'revert' ? 'apply --revert' : 'apply',
    ...(recursive ? ['--recursive'] : []),
    ...(folder === '' ? [] : ['--dir', /\s/.test(folder) ? `'${folder}'` : folder]),
  ];
  return `"npx hangup ${words.join(' ')}"`;
}

const unitOf = (count: number) => (count === 1 ? 'copy' : 'copies');
