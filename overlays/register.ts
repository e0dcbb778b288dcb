import * as nodeModule from 'node:module';
import { pathToFileURL } from 'node:url';
import { PatchError } from '../core/errors.ts';
import { hookCommonJs, loadedCommonJs } from './load-hook/commonjs.ts';
import { Patcher, readPolicy } from './load-hook/patcher.ts';
import { loadStatus, Progress, setRegistered } from './load-hook/status.ts';
import { hasSyncHooks, hooksFor, type SyncHooks } from './load-hook/sync.ts';
import type { ThreadData } from './load-hook/thread.ts';

// `node --import hangup/register app.js`: the patches, applied in memory as the SDK is loaded. Nothing on disk changes.

/** By its name, or as a file; that of a folder says nothing. */
const isOwn = /^["']?hangup\/register\b|\boverlays[\\/]register\.[jt]s\b/;
const policy = readPolicy(process.env.HANGUP_ON_UNPATCHED);
const preloads = preloadsOf([process.env.NODE_OPTIONS, ...process.execArgv].join(' '));
const progress = new Progress(isOwn.test(preloads[0] ?? ''));
const patcher = new Patcher(policy, (status) => progress.add(status));
const entry = entryUrl();

const { registerHooks } = nodeModule as unknown as { registerHooks(hooks: SyncHooks): void };

// Two would hand each other's work on for ever: another copy of hangup, say.
if (loadStatus() === undefined) start();

function start(): void {
  for (const path of loadedCommonJs()) patcher.checkLoaded(path);
  hookCommonJs(patcher);
  if (hasSyncHooks(process.versions.node)) registerHooks(hooksFor(patcher, progress, entry));
  else registerThread();
  setRegistered(progress);
  if (preloads.length === 0) {
    process.emitWarning(
      'hangup/register is imported by the app itself: ES modules that were imported with it stay as they are. Start the app with "node --import hangup/register"',
      'HangupWarning',
      'ERR_PATCH_LATE',
    );
  }
}

/** What Node loads before the app, in order, whatever theirs in the command is, but for what sets up Plug'n'Play. */
function preloadsOf(options: string): string[] {
  const found = options.matchAll(/(?:^|\s)(--import|--require|-r|--(?:experimental-)?loader)[=\s]\s*(\S+)/g);
  const all = [...found].filter(([, , specifier]) => !/\.pnp\.(cjs|loader\.mjs)/.test(specifier!));
  const isRequired = ([, option]: RegExpExecArray) => option === '-r' || option === '--require';
  return [...all.filter(isRequired), ...all.filter((one) => !isRequired(one))].map(([, , specifier]) => specifier!);
}

/** The program that Node was started with, where that is a file. */
function entryUrl(): string | undefined {
  try {
    return pathToFileURL(nodeModule.createRequire(import.meta.url).resolve(process.argv[1]!)).href;
  } catch {
    return undefined;
  }
}

function registerThread(): void {
  if (performance.nodeTiming.bootstrapComplete < 0) {
    // The thread would run the same --require, and Node end without a word.
    throw new PatchError(
      'ERR_PATCH_USAGE',
      'node --require hangup/register',
      `Node ${process.versions.node} has no hooks that can be required`,
      'Use node --import hangup/register',
    );
  }
  // Not imported, because it takes milliseconds to load.
  const { MessageChannel, receiveMessageOnPort } = process.getBuiltinModule('node:worker_threads');
  const { port1, port2 } = new MessageChannel();
  port1.unref();
  const data: ThreadData = { policy, port: port2, entry };
  // The thread's file is this one's sibling, as source or compiled.
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
  const thread = new URL(`./load-hook/thread${extension}`, import.meta.url);
  nodeModule.register(thread, { data, transferList: [port2] });
  progress.receive = () => receiveMessageOnPort(port1)?.message;
}
