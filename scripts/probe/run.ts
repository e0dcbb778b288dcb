import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { PatchError } from '../../core/errors.ts';
import { sdks } from '../../overlays/sdks.ts';
import { type CopyResult, exitCodeOf, type Outcome } from '../outcome.ts';
import type { Job, Told } from './child.ts';
import { classesOf } from './classes.ts';
import type { BuildVerdict } from './judge.ts';

// The child's file is this one's sibling, as source or compiled.
const child = fileURLToPath(
  new URL(`./child${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`, import.meta.url),
);

/**
 * Loads every build of every copy, each in a process of its own, and compares its behaviour with the verdict about its files.
 * Leaves no process behind. Never rejects.
 *
 * @param outcome the result of comparing the files with the manifest
 * @param root of the project
 * @param limit how long one build may take in all, ms
 */
export async function probeAll(outcome: Outcome, root: string, limit = 30_000): Promise<Outcome> {
  const copies: CopyResult[] = [];
  // One after the other: a workspace may have many.
  for (const copy of outcome.copies) copies.push(await probeCopy(copy, root, limit));
  if (outcome.error !== undefined) return { ...outcome, copies };
  const contradiction = copies.map(contradictionOf).find((error) => error !== undefined);
  if (contradiction === undefined) return { ...outcome, copies };
  const { code, message } = contradiction;
  return { ...outcome, ok: false, exitCode: exitCodeOf(code), copies, error: { code, message } };
}

async function probeCopy(copy: CopyResult, root: string, limit: number): Promise<CopyResult> {
  const { path: directory, package: packageName, version, state, archived, files, builds } = copy;
  if (state === 'unsupported') return copy;
  const loaders = [...ownLoaders(process.execArgv), ...(archived ? pnpLoaders(root) : [])];
  // The manifest names formats too, but the manifest may be wrong.
  const classes = classesOf({ package: packageName, version, path: directory });
  const published = [...new Set(classes.map(({ format }) => format))];
  // A build of the app may have left one build of the SDK out.
  const isTrimmed = files.some(({ state }) => state === 'missing');
  const formats = published.filter((build) => !isTrimmed || builds.includes(build));
  const probe = await Promise.all(
    formats.map((build) => probeBuild({ packageName, directory, version, build, isTrimmed }, loaders, limit)),
  );
  if (probe.length === 0) probe.push(...copy.builds.map((build) => ({ build, patched: false, reason: nothingKnown })));
  return { ...copy, probe };
}

const nothingKnown = 'this hangup knows none of its classes';

/** A copy that is patched in part may behave either way. */
function contradictionOf({ path, version, state, delivery, probe = [] }: CopyResult): PatchError | undefined {
  const what = `${path} (${version})`;
  const bare = probe.filter(({ patched }) => !patched);
  if (delivery !== 'none' && (bare.length > 0 || probe.length === 0)) {
    return new PatchError(
      'ERR_PATCH_PROBE',
      `${what} has the files of a patched copy, and does not behave as patched`,
      bare.map(({ build, reason }) => `${build}: ${reason}`).join('; ') || nothingKnown,
      'Install hangup and the SDK again, then run "hangup verify --probe"; see that the SDK can be loaded at all',
    );
  }
  const patched = probe.filter(({ patched }) => patched).map(({ build }) => build);
  if (delivery !== 'none' || state !== 'pristine' || patched.length === 0) return undefined;
  return new PatchError(
    'ERR_PATCH_PROBE',
    `${what} has the files as published, and behaves as patched (${patched.join(', ')})`,
    "something else changes it as it is loaded, or hangup's manifest.json was edited",
    'Look for a loader in NODE_OPTIONS, or install hangup again',
  );
}

function probeBuild(job: Job, execArgv: string[], limit: number): Promise<BuildVerdict> {
  return new Promise((resolve) => {
    let probing = '';
    let verdict: BuildVerdict | undefined;
    let hung = false;
    let one: ChildProcess;
    try {
      one = fork(child, { execArgv, env: environment(), stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    } catch (error) {
      // Node's permission model forbids it, for example.
      resolve({ build: job.build, patched: false, reason: `it cannot be probed: ${(error as Error).message}` });
      return;
    }
    const timer = setTimeout(() => {
      hung = true;
      one.kill('SIGKILL');
    }, limit);
    const finish = (instead: string) => {
      clearTimeout(timer);
      resolve(verdict ?? { build: job.build, patched: false, reason: `${probing}${instead}` });
    };
    one.on('message', (told: Told) => {
      if ('probing' in told) probing = `${told.probing}: `;
      else {
        ({ verdict } = told);
        one.kill('SIGKILL');
      }
    });
    one.on('error', ({ message }) => finish(message));
    one.on('exit', (code, signal) => {
      finish(hung ? `no answer within ${limit} ms` : `it ends the process that loads it (${signal ?? `exit ${code}`})`);
    });
    one.send(job, () => {});
  });
}

/** Keys, tokens and secrets of any provider. No variable of Node's own has such a name. */
const secret = /(?:KEY|TOKEN|SECRET|PASSWORD|PASSPHRASE|CREDENTIALS?)(?:_|$)/i;

/** A probe needs no key, and cannot show one that it does not have. */
function environment(): NodeJS.ProcessEnv {
  const hidden = [secret, ...sdks.map(({ environment }) => environment)];
  const isShown = ([name]: [string, unknown]) => !hidden.some((pattern) => pattern.test(name));
  return Object.fromEntries(Object.entries(process.env).filter(isShown));
}

const loading = /^(?:--(?:import|require|loader|experimental-loader|conditions)|-[rC])(=|$)/;

/** Options of this process that decide how modules are loaded, such as `--import hangup/register`. */
function ownLoaders(args: readonly string[]): string[] {
  return args.flatMap((arg, index) => {
    const match = loading.exec(arg);
    if (match === null) return [];
    return match[1] === '=' ? [arg] : [arg, args[index + 1]!];
  });
}

/** Sets up Plug'n'Play, unless the environment has done so. */
function pnpLoaders(root: string): string[] {
  if (process.versions.pnp !== undefined) return [];
  const loader = join(root, '.pnp.loader.mjs');
  const esm = existsSync(loader) ? ['--experimental-loader', pathToFileURL(loader).href] : [];
  return ['--require', join(root, '.pnp.cjs'), ...esm];
}
