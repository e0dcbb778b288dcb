import { readFileSync } from 'node:fs';
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { MessagePort } from 'node:worker_threads';
import { Patcher, type Policy } from './patcher.ts';
import { pathOf } from './sync.ts';

// The hooks for `module.register` (before Node 22.15): they run in a thread of their own, and see ES modules.

export interface ThreadData {
  policy: Policy;
  port: MessagePort;
}

let patcher: Patcher;

export const initialize: InitializeHook<ThreadData> = ({ policy, port }) => {
  patcher = new Patcher(policy, (status) => port.postMessage(status));
};

export const resolve: ResolveHook = (specifier, context, next) => {
  const parent = pathOf(context.parentURL);
  const added = parent && patcher.resolveAdded(specifier, parent);
  if (!added) return next(specifier, context);
  return { url: pathToFileURL(added).href, format: 'commonjs', shortCircuit: true };
};

export const load: LoadHook = async (url, context, next) => {
  const path = pathOf(url);
  if (path === undefined) return next(url, context);
  const added = patcher.addedSource(path);
  if (added !== undefined) return { format: 'commonjs', source: added, shortCircuit: true };
  // CommonJS modules pass here when they are imported, or required by what a TypeScript loader has compiled.
  const source = patcher.patch(path, () => readFileSync(path));
  if (source === undefined || context.format === undefined) return next(url, context);
  return { format: context.format, source, shortCircuit: true };
};
