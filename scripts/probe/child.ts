// A process of its own, started by run.ts. It loads the classes of one build as an app does, and tells how they hang up.
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { scrub } from '../../core/scrub.ts';
import type { Format, Load, Target } from '../../overlays/sdk.ts';
import { sdkOf } from '../../overlays/sdks.ts';
import { classesOf, loadClass } from './classes.ts';
import { type BuildVerdict, judge } from './judge.ts';
import { SilentSocket } from './socket.ts';

export interface Job {
  packageName: string;
  directory: string;
  version: string;
  build: Format;
  /** A build of the app has left files out. */
  isTrimmed: boolean;
}

/** `probing` names the class whose turn it is, in case that no verdict follows. */
export type Told = { probing: string } | { verdict: BuildVerdict };

const tell = (told: Told) => new Promise<void>((resolve) => process.send?.(told, () => resolve()));

// The parent is gone.
process.once('disconnect', () => process.exit());
process.once('message', async (job: Job) => {
  await watchParent();
  putSilentSockets(job.build);
  const reason = await findFault(job);
  await tell({ verdict: { build: job.build, patched: reason === undefined, ...(reason && { reason }) } });
});

/** Ends this process when the parent was killed, even if a build never returns to the event loop. */
async function watchParent(): Promise<void> {
  const watch = `const { ppid } = process;
    setInterval(() => { if (process.ppid !== ppid) process.kill(process.pid, 'SIGKILL'); }, 500);`;
  try {
    const worker = new Worker(watch, { eval: true, execArgv: [] });
    worker.unref();
    await once(worker, 'online');
  } catch {
    // Node's permission model allows none.
  }
}

async function findFault(job: Job): Promise<string | undefined> {
  const { packageName, directory, version, build, isTrimmed } = job;
  const { kinds } = sdkOf(packageName)!;
  const load: Load = async (specifier) => (await loadFrom(job, specifier)) as Awaited<ReturnType<Load>>;
  for (const one of classesOf({ package: packageName, version, path: directory })) {
    const { target, file } = one;
    if (one.format !== build || (isTrimmed && !existsSync(file))) continue;
    const { className } = target;
    await tell({ probing: className });
    try {
      const Class = await loadClass(one);
      const fault = await judge(kinds[target.family]!.probe, Class);
      if (fault !== undefined) return `${className}: ${fault}`;
      // An edited package.json can lead an app to other files than those of the class.
      const given = await open(job, target, load);
      if (given !== leftOut && !(given instanceof (Class as new () => object)))
        return `${className}: ${target.opened} of the package gives another class`;
    } catch (error) {
      return `${className}: ${scrub(String((error as Error)?.message ?? error).split('\n')[0]!, [])}`;
    }
  }
  return undefined;
}

/** A module is missing by which an app would get an instance. */
const leftOut = Symbol();

async function open({ isTrimmed }: Job, target: Target, load: Load): Promise<unknown> {
  try {
    return await target.open(load);
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (isTrimmed && /^(ERR_)?MODULE_NOT_FOUND$/.test(String(code))) return leftOut;
    throw error;
  }
}

/** Loads a specifier of the package as a file inside it can. A package without `exports` has to be named by its folder. */
function loadFrom({ packageName, directory, build }: Job, specifier: string): unknown {
  const manifest = join(directory, 'package.json');
  if (build === 'esm') return import(`${insider}${pathToFileURL(manifest).href}#${specifier}`);
  const require = createRequire(manifest);
  const { exports } = require(manifest) as { exports?: unknown };
  return require(exports === undefined ? specifier.replace(packageName, directory) : specifier);
}

/** Specifiers with this prefix name the importing file first. */
const insider = 'hangup-probe:';

/** Puts a WebSocket that dials nothing where SDKs look for one, also on a Node without one and where `ws` is not installed. */
function putSilentSockets(build: Format): void {
  Object.assign(globalThis, { WebSocket: SilentSocket });
  const loader = Module as unknown as { _load(request: string, ...rest: unknown[]): unknown };
  const { _load } = loader;
  loader._load = function (request, ...rest) {
    return request === 'ws' ? SilentSocket : _load.call(this, request, ...rest);
  };
  if (build === 'cjs') return;
  // Some ES modules import it.
  const url = 'data:text/javascript,const { WebSocket } = globalThis; export { WebSocket, WebSocket as default }';
  const hook = `export const resolve = (specifier, context, next) => {
    if (specifier === 'ws') return { url: '${url}', shortCircuit: true };
    if (!specifier.startsWith('${insider}')) return next(specifier, context);
    const [parentURL, name] = specifier.slice(${insider.length}).split('#');
    return next(name, { ...context, parentURL });
  }`;
  Module.register(`data:text/javascript,${encodeURIComponent(hook)}`);
}
