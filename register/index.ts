import * as nodeModule from 'node:module';
import { PatchError } from '../core/errors.ts';
import { hookCommonJs, loadedCommonJs } from './commonjs.ts';
import { Patcher } from './patcher.ts';
import { readPolicy } from './refusals.ts';
import { loadedScripts } from './scripts.ts';
import { loadStatus, Progress, setRegistered } from './status.ts';
import { hasSyncHooks, hooksFor, type SyncHooks } from './sync.ts';
import type { ThreadData } from './thread.ts';

// `node --import hangup/register app.js`: the patches, applied in memory as the SDK is loaded. Nothing on disk changes.

const policy = readPolicy(process.env.HANGUP_ON_UNPATCHED);
const progress = new Progress();
const patcher = new Patcher(policy, (status) => progress.add(status));
/** The options that name modules to be loaded before the app. */
const preloads = [process.env.NODE_OPTIONS, ...process.execArgv]
  .join(' ')
  .match(/(?:^|\s)(?:--import|--require|-r|--(?:experimental-)?loader)(?=[=\s])/g);

const { registerHooks } = nodeModule as unknown as { registerHooks(hooks: SyncHooks): void };

// Two load hooks (another copy of hangup has one, say) would hand each other's work on for ever.
if (loadStatus() === undefined) start();

function start(): void {
  for (const path of loadedCommonJs()) patcher.checkLoaded(path);
  // Nothing can have come before the only module that is preloaded, and to look for ES modules takes time.
  if (preloads?.length !== 1) for (const url of loadedScripts()) patcher.checkLoaded(url);
  hookCommonJs(patcher);
  if (hasSyncHooks(process.versions.node)) registerHooks(hooksFor(patcher));
  else registerThread();
  setRegistered(progress);
  if (preloads === null) {
    process.emitWarning(
      'hangup/register is imported by the app itself: ES modules that were imported with it stay as they are. Start the app with "node --import hangup/register"',
      'HangupWarning',
      'ERR_PATCH_LATE',
    );
  }
}

function registerThread(): void {
  if (performance.nodeTiming.bootstrapComplete < 0) {
    // The thread would run the same --require, and Node would end without a word.
    throw new PatchError(
      'ERR_PATCH_USAGE',
      'node --require hangup/register',
      `Node ${process.versions.node} has no hooks that can be required`,
      'Use node --import hangup/register',
    );
  }
  // The module is not imported, because it takes milliseconds to load.
  const { MessageChannel, receiveMessageOnPort } = process.getBuiltinModule('node:worker_threads');
  const { port1, port2 } = new MessageChannel();
  port1.unref();
  const data: ThreadData = { policy, port: port2 };
  // The thread's file is this one's sibling, as source or compiled.
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
  const thread = new URL(`./thread${extension}`, import.meta.url);
  nodeModule.register(thread, { data, transferList: [port2] });
  progress.receive = () => receiveMessageOnPort(port1)?.message;
}
