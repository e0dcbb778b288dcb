import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { MessagePort } from 'node:worker_threads';
import { pathOf } from './location.ts';
import { Patcher } from './patcher.ts';
import type { Policy } from './refusals.ts';

// The hooks for `module.register`, for versions of Node whose `module.registerHooks` does not do. They run in a thread of
// their own, and see ES modules.

export interface ThreadData {
  policy: Policy;
  /** Takes each `LoadStatus`. */
  port: MessagePort;
}

let patcher: Patcher;

export const initialize: InitializeHook<ThreadData> = ({ policy, port }) => {
  patcher = new Patcher(policy, (status) => port.postMessage(status));
};

// A module that a TypeScript loader has compiled to CommonJS requires CommonJS modules through these hooks too.

export const resolve: ResolveHook = (specifier, context, next) => {
  const { parentURL } = context;
  const added = patcher.resolveAdded(pathOf(specifier), parentURL && pathOf(parentURL));
  if (added === undefined) return next(specifier, context);
  return { url: pathToFileURL(added).href, format: 'commonjs', shortCircuit: true };
};

export const load: LoadHook = async (url, context, next) => patcher.answer(url, () => true) ?? next(url, context);
