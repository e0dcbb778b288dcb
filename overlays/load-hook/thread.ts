import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { MessagePort } from 'node:worker_threads';
import { Patcher, type Policy, pathOf } from './patcher.ts';
import type { Report } from './status.ts';

// The hooks for `module.register`, where those of `module.registerHooks` do not do: they run in a thread of their own, and see
// ES modules.

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

// What a TypeScript loader has compiled to CommonJS requires CommonJS modules through these hooks too.

export const resolve: ResolveHook = (specifier, context, next) => {
  const { parentURL } = context;
  const added = patcher.resolveAdded(pathOf(specifier), parentURL && pathOf(parentURL));
  if (added === undefined) return next(specifier, context);
  return { url: pathToFileURL(added).href, format: 'commonjs', shortCircuit: true };
};

export const load: LoadHook = async (url, context, next) => {
  if (url === entry) report('entry');
  const module = patcher.moduleOf(url);
  if (module !== undefined) return { format: 'module', source: module, shortCircuit: true };
  const source = patcher.importedCommonJsOf(url);
  return source === undefined ? next(url, context) : { format: 'commonjs', source, shortCircuit: true };
};
