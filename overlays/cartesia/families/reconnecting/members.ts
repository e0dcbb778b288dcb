import { connectionMembers } from '../../../connection/members.ts';
import type { Registry } from '../../../connection/registry.ts';
import type { Members } from '../../../foreign/members.ts';
import { handled, isPromise } from '../../../seams/handled.ts';
import type { ReconnectingConnection } from './connection.ts';
import type { ConnectOptions, ReconnectingClient, SttClient, TtsClient } from './shapes.ts';
import type { SttConnection } from './stt-connection.ts';
import { readTimeout, type TtsConnection } from './tts-connection.ts';

/** The members that `Websocket`, `WebSocket` and `SttWebsocket` all get. */
function commonMembers<W extends ReconnectingClient>(registry: Registry<W, ReconnectingConnection<W>>): Members {
  const members: Pick<ReconnectingClient, 'connect'> & ThisType<W> = {
    connect(options?: ConnectOptions) {
      const connection = registry.connectionOf(this);
      return handled(
        inPromise(() => {
          registry.opening(this);
          return connection.connect(options);
        }),
      );
    },
  };
  return { ...connectionMembers(registry), ...(Object.getOwnPropertyDescriptors(members) as Members) };
}

/** Tells whether the SDK's method returns a promise, by calling it on an object that makes it fail at once. */
function isAsync(method: (...args: never[]) => unknown): boolean {
  try {
    const result = method.call({}, {} as never);
    if (!isPromise(result)) return false;
    result.then(undefined, () => {});
    return true;
  } catch {
    return false;
  }
}

/** The members that go onto the prototype of `Websocket` (2.x) and `WebSocket` (1.x). */
export function ttsMembers(sdk: TtsClient, registry: Registry<TtsClient, TtsConnection>): Members {
  const sdkContinue = sdk.continue;
  /** Since 2.2.4 a call connects when it has to. */
  const dials = sdkContinue !== undefined && isAsync(sdkContinue);
  const rejects = isAsync(sdk.send);

  const members: Partial<TtsClient> & ThisType<TtsClient> = {
    send(request, options) {
      const connection = registry.connectionOf(this);
      const timeout = readTimeout(options);
      const start = () =>
        connection.start(request, timeout, () => sdk.send.call(this, request, { ...options, timeout: 0 }));
      if (dials) return handled(inPromise(() => connection.enqueue('send()', start)));
      const guarded = () => {
        connection.admit('send()');
        return start();
      };
      return rejects ? handled(inPromise(guarded)) : guarded();
    },
  };
  if (sdkContinue !== undefined) {
    members.continue = function (this: TtsClient, request) {
      const connection = registry.connectionOf(this);
      const send = () => connection.continued(sdkContinue.call(this, request));
      if (dials) return handled(inPromise(() => connection.enqueue('continue()', send)));
      connection.admit('continue()');
      return send();
    };
  }
  return { ...commonMembers(registry), ...(Object.getOwnPropertyDescriptors(members) as Members) };
}

/** The members that go onto the prototype of `SttWebsocket`. */
export function sttMembers(sdk: SttClient, registry: Registry<SttClient, SttConnection>): Members {
  /** Runs in the tick of the call when nothing waits: audio comes many times a second. */
  const run = (ws: SttClient, call: string, method: () => Promise<void>): Promise<void> => {
    const connection = registry.connectionOf(ws);
    return connection.isClear ? method() : handled(inPromise(() => connection.enqueue(call, method)));
  };
  const post = (name: 'send' | 'finalize' | 'done') =>
    function (this: SttClient, audio?: unknown): Promise<void> {
      return run(this, `${name}()`, () => {
        registry.connectionOf(this).onSend(name);
        return sdk[name].call(this, audio);
      });
    };

  const members: Partial<SttClient> & ThisType<SttClient> = {
    send: post('send'),
    finalize: post('finalize'),
    done: post('done'),
    onMessage(callback) {
      const register = () => sdk.onMessage.call(this, callback);
      return run(this, 'onMessage()', () => registry.connectionOf(this).listen(callback, register));
    },
  };
  return { ...commonMembers(registry), ...(Object.getOwnPropertyDescriptors(members) as Members) };
}

/** Makes a rejection of an error that is thrown. */
async function inPromise<R>(run: () => R | Promise<R>): Promise<R> {
  return run();
}
