// A process of its own, made by run.ts: loads the classes of one build as an app would, and tells how they hang up.
import { once } from 'node:events';
import Module, { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { scrub } from '../../core/scrub.ts';
import { probeOf } from '../../overlays/cartesia/probes.ts';
import { packageName } from '../../overlays/cartesia/targets.ts';
import { classesOf, loadClass } from './classes.ts';
import { enter } from './entrance.ts';
import { type BuildVerdict, judge } from './judge.ts';
import { SilentSocket } from './socket.ts';

export interface Job {
  directory: string;
  version: string;
  build: BuildVerdict['build'];
}

/** `probing`: the class whose turn it is, should nothing else be heard. */
export type Told = { probing: string } | { verdict: BuildVerdict };

const tell = (told: Told) => new Promise<void>((resolve) => process.send?.(told, () => resolve()));

// Whoever asked is gone.
process.once('disconnect', () => process.exit());
process.once('message', async (job: Job) => {
  await watchParent();
  putSilentSockets(job.build);
  const reason = await findFault(job);
  await tell({ verdict: { build: job.build, patched: reason === undefined, ...(reason && { reason }) } });
});

/** A build that never returns to the event loop must not go on for ever when whoever asked was ended. */
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

async function findFault({ directory, version, build }: Job): Promise<string | undefined> {
  for (const one of classesOf(directory, version)) {
    if (one.format !== build) continue;
    const { className, family, opened } = one.target;
    await tell({ probing: className });
    try {
      const Class = await loadClass(one);
      const fault = await judge(probeOf(family), Class);
      if (fault !== undefined) return `${className}: ${fault}`;
      const object = await enter(one.target, (specifier) => loadFrom(directory, specifier, build));
      if (!(object instanceof (Class as new () => object)))
        return `${className}: ${opened} of the package gives another class`;
    } catch (error) {
      return `${className}: ${scrub(String((error as Error)?.message ?? error).split('\n')[0]!, [])}`;
    }
  }
  return undefined;
}

/** Loads a subpath of the package as a file inside it can, by its name: 2.x alone, which names no exports, has to be named by its folder. */
function loadFrom(directory: string, specifier: string, build: Job['build']): unknown {
  const manifest = join(directory, 'package.json');
  if (build === 'esm') return import(`${insider}${pathToFileURL(manifest).href}#${specifier}`);
  const require = createRequire(manifest);
  const { exports } = require(manifest) as { exports?: unknown };
  return require(exports === undefined ? specifier.replace(packageName, directory) : specifier);
}

/** What is imported with this in front is imported by the file that is named next. */
const insider = 'hangup-probe:';

/**
 * Wherever the SDKs look for a WebSocket they find one that dials nothing: it is there on every Node, and where `ws` is not
 * installed.
 */
function putSilentSockets(build: Job['build']): void {
  Object.assign(globalThis, { WebSocket: SilentSocket });
  const loader = Module as unknown as { _load(request: string, ...rest: unknown[]): unknown };
  const { _load } = loader;
  loader._load = function (request, ...rest) {
    return request === 'ws' ? SilentSocket : _load.call(this, request, ...rest);
  };
  if (build === 'cjs') return;
  // A module of 3.0.0 imports it.
  const url = 'data:text/javascript,export default globalThis.WebSocket';
  const hook = `export const resolve = (specifier, context, next) => {
    if (specifier === 'ws') return { url: '${url}', shortCircuit: true };
    if (!specifier.startsWith('${insider}')) return next(specifier, context);
    const [parentURL, name] = specifier.slice(${insider.length}).split('#');
    return next(name, { ...context, parentURL });
  }`;
  Module.register(`data:text/javascript,${encodeURIComponent(hook)}`);
}
