import type { DisconnectedError } from '../../core/errors.ts';
import { Dial } from '../foreign/dial.ts';
import { collections, refTo } from '../foreign/weak.ts';
import { handled } from '../seams/handled.ts';
import { clientState } from './client-state.ts';

/** One HTTP request and its response, from the dial to the last byte of the body. */
export class Exchange {
  readonly #controller: AbortController;
  readonly #dial = new Dial('with a request');

  constructor(controller = new AbortController()) {
    this.#controller = controller;
    this.follow(controller.signal);
  }

  /** Destroys the connection when the app aborts the request itself, before undici learns of it, which would dial again. */
  follow(signal: AbortSignal): AbortSignal {
    // The signal must not keep the dial, because undici keeps signals of requests that are over.
    const dial = refTo(this.#dial);
    signal.addEventListener('abort', () => dial.deref()?.destroy());
    return signal;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends it. This error reaches the code that waits for the headers or reads the body. */
  end(error: Error): void {
    // The socket goes first: undici dials again for a request that is aborted in mid-response.
    this.#dial.destroy();
    this.#controller.abort(error);
  }

  /**
   * Ties the exchange to a client: while it is under way, and then as long as any of its streams is in use.
   *
   * @param streams the parts of the result that still read from the connection; nobody says when a body has been read
   */
  async run<R>(client: object, send: () => Promise<R>, streams: (result: R) => readonly object[]): Promise<R> {
    const state = clientState(client);
    state.admit('request');
    const over = state.begin({ abort: (error) => this.end(error) });
    try {
      const result = await this.#dial.watch(send);
      this.#outlive(client, streams(result));
      return result;
    } finally {
      this.#dial.release();
      over();
    }
  }

  #outlive(client: object, streams: readonly object[]): void {
    if (streams.length === 0) return;
    const self = refTo(this);
    const refs = streams.map((stream) => refTo(stream));
    const over = clientState(client).begin({
      abort: (error) => self.deref()?.end(error),
      streams: () => refs.flatMap((ref) => ref.deref() ?? []),
    });
    for (const stream of streams) behind.set(stream, this);
    collected.register(this, over);
  }
}

/** The exchange behind each stream. Nothing else keeps an exchange that is over from being collected. */
const behind = new WeakMap<object, Exchange>();
const collected = collections<() => void>((over) => over());

/**
 * Runs work of the client's that ends with the client, of any kind: the making of a body, an asynchronous key, a back-off.
 * Later calls reject, and begin nothing.
 *
 * @param isRest it belongs to a request that has begun: the client may let that finish
 */
export function untilDisconnected<T>(client: object, begin: () => Promise<T>, isRest = false): Promise<T> {
  const state = clientState(client);
  if (isRest ? state.areRequestsOver : state.ended) return handled(Promise.reject(state.refuse('request')));
  const promise = new Promise<T>((resolve, reject) => {
    const abort = (error: DisconnectedError) => {
      handled(promise);
      reject(error);
    };
    const over = state.begin({ abort });
    begin().then(resolve, reject).finally(over);
  });
  return promise;
}
