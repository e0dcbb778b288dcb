import * as nodeModule from 'node:module';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { hookCommonJs } from './load-hook/commonjs.ts';
import { type LoadStatus, Patcher, readPolicy } from './load-hook/patcher.ts';
import { setRegistered } from './load-hook/status.ts';
import { hooksFor, type SyncHooks } from './load-hook/sync.ts';
import type { ThreadData } from './load-hook/thread.ts';

// `node --import hangup/register app.js`: the patches, applied in memory as the SDK is loaded. Nothing on disk changes.

const policy = readPolicy(process.env.HANGUP_ON_UNPATCHED);
const loaded: LoadStatus[] = [];
const patcher = new Patcher(policy, (status) => loaded.push(status));

// From Node 22.15 on.
const { registerHooks } = nodeModule as { registerHooks?: (hooks: SyncHooks) => void };

const goFirst = hookCommonJs(patcher);
if (registerHooks !== undefined) {
  registerHooks(hooksFor(patcher, goFirst));
  setRegistered(loaded, () => {});
} else {
  const { port1, port2 } = new MessageChannel();
  port1.unref();
  const data: ThreadData = { policy, port: port2 };
  // The thread's file is this one's sibling, as source or compiled.
  const thread = new URL(
    `./load-hook/thread${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`,
    import.meta.url,
  );
  nodeModule.register(thread, { data, transferList: [port2] });
  setRegistered(loaded, () => {
    for (let one = receiveMessageOnPort(port1); one !== undefined; one = receiveMessageOnPort(port1)) {
      loaded.push(one.message as LoadStatus);
    }
  });
}
