import { DisconnectedError } from '../core/errors.ts';
import { clientState } from './clients.ts';
import { Dial } from './dial.ts';

/** One HTTP request and its response, from the dial to the last byte of the body. */
export class Exchange {
  readonly #controller: AbortController;
  readonly #dial = new Dial();

  constructor(controller: AbortController) {
    this.#controller = controller;
  }

  /** Ends it: whoever waits for the headers or reads the body is told by this error. */
  end(error: Error): void {
    // First: undici dials again for what is aborted in mid-response.
    this.#dial.destroy();
    this.#controller.abort(error);
  }

  /**
   * Sends the request: it ends with the client, and so does reading the body.
   *
   * @param dial what dials before it returns
   */
  async send<R>(client: object, dial: () => Promise<R>): Promise<R> {
    const state = clientState(client);
    state.admit('request');
    const over = state.begin({ abort: (error) => this.end(error) });
    try {
      const response = await this.#dial.watch(dial);
      if (isObject(response)) this.#outlive(client, response);
      return response;
    } finally {
      this.#dial.release();
      over();
    }
  }

  /** As long as the response or its body are in use, and no longer: nobody says when a body has been read. */
  #outlive(client: object, response: object): void {
    const { body } = response as { body?: unknown };
    if (body === null) return;
    const self = new WeakRef(this);
    const over = clientState(client).begin({ abort: (error) => self.deref()?.end(error) });
    behind.set(response, this);
    if (isObject(body)) behind.set(body, this);
    collected.register(this, over);
  }
}

/** What a response and its body keep from being collected: nothing else holds on to an exchange. */
const behind = new WeakMap<object, Exchange>();
const collected = new FinalizationRegistry<() => void>((over) => over());

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/**
 * What the client waits for, ended with the client whatever that is: a body that is being made, an asynchronous key, a
 * back-off. Later calls reject, and begin nothing.
 */
export function untilDisconnected<T>(client: object, begin: () => Promise<T>): Promise<T> {
  const state = clientState(client);
  if (state.ended) return handled(Promise.reject(new DisconnectedError('request', 'client')));
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

/** A request that nobody waits for must not kill the process because the client has ended. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
