import type { InitializeHook, LoadHook, ModuleFormat, ResolveHook } from 'node:module';
import type { MessagePort } from 'node:worker_threads';
import { Patcher, type Policy } from './patcher.ts';
import type { Report } from './status.ts';
import { resolveAdded } from './sync.ts';

// The hooks for `module.register` (before Node 22.15): they run in a thread of their own, and see ES modules.

export interface ThreadData {
  policy: Policy;
  port: MessagePort;
  /** URL of the program that Node was started with. */
  entry: string | undefined;
}

let patcher: Patcher;
let report: (report: Report) => void;
let entry: string | undefined;

export const initialize: InitializeHook<ThreadData> = (data) => {
  entry = data.entry;
  report = (report) => data.port.postMessage(report);
  patcher = new Patcher(data.policy, report);
};

export const resolve: ResolveHook = (specifier, context, next) => {
  // Never as an ES module: what a TypeScript loader has compiled to CommonJS asks here too, like an import.
  const added = resolveAdded(patcher, specifier, context.parentURL);
  return added === undefined ? next(specifier, context) : { url: added, format: 'commonjs', shortCircuit: true };
};

export const load: LoadHook = async (url, context, next) => {
  if (url === entry) report('entry');
  // CommonJS modules pass here when they are imported, or required by what a TypeScript loader has compiled.
  const source = patcher.sourceOf(url);
  if (source === undefined) return next(url, context);
  // The loader of Plug'n'Play does not say the format before it loads.
  const format = context.format ?? ((await next(url, context)).format as ModuleFormat);
  return { format, source, shortCircuit: true };
};
