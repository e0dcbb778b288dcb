import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Disconnectable, DisconnectReport } from '../../core/disconnectable.ts';
import { type Answer, type HttpServer, startHttpServer } from '../support/http-server.ts';
import type { Caller, Driver } from './driver.ts';

type Make = Awaited<ReturnType<Driver['load']>>;

const tick = 20;

/** One cell's private server, client and limits. */
export class RequestStage {
  #server: HttpServer | undefined;
  readonly #make: Make;
  readonly #patience: number;

  /** @param patience how long anything that must settle may take, in ms */
  constructor(make: Make, patience: number) {
    this.#make = make;
    this.#patience = patience;
  }

  get server(): HttpServer {
    return this.#server!;
  }

  async serve(answer: Answer, options?: { maxRetries?: number }): Promise<Caller> {
    this.#server = await startHttpServer(answer, { plain: true });
    return this.another(options);
  }

  another(options?: { maxRetries?: number }): Caller {
    return this.#make(this.server.url, options);
  }

  /** What a call rejects with, `undefined` when it resolves. */
  follow(call: Promise<unknown>): Promise<unknown> {
    return call.then(
      () => undefined,
      (error: unknown) => error ?? new Error('rejected with nothing'),
    );
  }

  /** The request has arrived, as far as the server lets it, and the first bytes of the answer are on their way. */
  async underWay(): Promise<void> {
    const { seen } = this.server;
    await this.until(
      () => seen.requests.length > 0 || (this.server.answer === 'silence' && seen.open > 0),
      'it',
      8_000,
    );
    await sleep(20);
  }

  /** The bare SDK has nothing that ends its requests. */
  async hangUp(client: Disconnectable, force?: boolean): Promise<DisconnectReport | undefined> {
    if (!('disconnect' in client)) return undefined;
    return this.within(client.disconnect(force), 'disconnect()');
  }

  async endsAsDisconnected(call: Promise<unknown>): Promise<void> {
    const error = (await this.within(call, 'the end of the call')) as { code?: unknown; cause?: { code?: unknown } };
    assert.ok(error instanceof Error, 'the call went through');
    assert.equal(error.code ?? error.cause?.code, 'ERR_DISCONNECTED', String(error));
  }

  /** Long enough for a stray request to reach the server. */
  async settle(): Promise<void> {
    await sleep(60);
  }

  async within<T>(promise: PromiseLike<T>, what: string): Promise<T> {
    let clock: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      let left = this.#patience;
      // In ticks, not by the wall: while the machine stands still nothing becomes late.
      clock = setInterval(() => {
        left -= tick;
        if (left <= 0) reject(new assert.AssertionError({ message: `${what}: not within ${this.#patience} ms` }));
      }, tick);
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearInterval(clock);
    }
  }

  async until(condition: () => boolean, what: string, patience = this.#patience): Promise<void> {
    for (let left = patience; !condition(); left -= 3) {
      if (left <= 0) assert.fail(`${what}: not within ${patience} ms`);
      await sleep(3);
    }
  }

  async dispose(): Promise<void> {
    await this.#server?.close();
  }
}
