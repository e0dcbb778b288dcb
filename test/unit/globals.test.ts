/** Globals are as the app left them, whatever the app does with them while an SDK or hangup is at work. */
import { createRequire } from 'node:module';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Disconnectable } from '../../core/disconnectable.ts';
import { overlay } from '../../overlays/cartesia/index.ts';
import { replaceForMoment, withGlobal } from '../../overlays/foreign/globals.ts';
import { catchTimer, clearTimer, uniqueSeconds } from '../../overlays/foreign/timers.ts';
import { type HttpServer, startHttpServer } from '../support/http-server.ts';
import { barePackage } from '../support/sdk.ts';

const own = Object.getOwnPropertyDescriptor(globalThis, 'setTimeout')!;
const isAsBefore = () => expect(Object.getOwnPropertyDescriptor(globalThis, 'setTimeout')).toEqual(own);

afterEach(() => {
  Object.defineProperty(globalThis, 'setTimeout', own);
  vi.resetModules();
});

describe('replaceForMoment()', () => {
  it('puts back a value, an accessor, and nothing', () => {
    const accessor = { get: () => 1, configurable: true, enumerable: false };
    const value = { value: 2, configurable: true, enumerable: true, writable: false };
    const object = Object.defineProperties({}, { accessor, value });
    const before = Object.getOwnPropertyDescriptors(object);
    for (const key of ['accessor', 'value', 'nothing']) replaceForMoment(object, key, () => {})();
    expect(Object.getOwnPropertyDescriptors(object)).toEqual(before);
  });

  it('leaves the value that somebody else has put there meanwhile', () => {
    const theirs = () => {};
    const object = { key: () => {} };
    const restore = replaceForMoment(object, 'key', () => {});
    object.key = theirs;
    restore();
    expect(Object.getOwnPropertyDescriptor(object, 'key')).toEqual({
      value: theirs,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  });

  it.each([
    ['in order', [2, 1, 0]],
    ['out of order', [0, 1, 2]],
    ['the middle one first', [1, 2, 0]],
  ])('moments of several copies of hangup may end %s', async (_name, order) => {
    const object = { key: () => {} };
    const before = object.key;
    const restores: (() => void)[] = [];
    for (let copy = 0; copy < 3; copy++) {
      vi.resetModules();
      const { replaceForMoment } = await import('../../overlays/foreign/globals.ts');
      restores.push(replaceForMoment(object, 'key', () => {}));
    }
    for (const index of order) restores[index]!();
    expect(object.key).toBe(before);
  });

  it('ends around a wrapper of the app, which stays', () => {
    const object = { key: () => 'original' };
    const inner = replaceForMoment(object, 'key', () => 'inner');
    const wrapper = () => 'wrapper';
    object.key = wrapper;
    const outer = replaceForMoment(object, 'key', () => 'outer');
    inner();
    outer();
    expect(object.key).toBe(wrapper);
  });
});

it('withGlobal() leaves the class that the action has put there', () => {
  const key = 'hangupTestGlobal';
  const theirs = class {};
  const global = globalThis as unknown as Record<string, unknown>;
  withGlobal(key, class {}, () => {
    global[key] = theirs;
  });
  expect(global[key]).toBe(theirs);
  delete global[key];
});

describe('catchTimer()', () => {
  it('gives the global back with the first timer, and calls that timer back early', () => {
    const callback = vi.fn();
    const caught: (() => void)[] = [];
    catchTimer((endWait) => caught.push(endWait));
    setTimeout(callback, 60_000);
    isAsBefore();
    expect(caught).toHaveLength(1);
    caught[0]!();
    expect(callback).toHaveBeenCalledOnce();
  });

  it('gives the global back when no timer is set in this tick', async () => {
    const onTimer = vi.fn();
    catchTimer(onTimer);
    await undefined;
    isAsBefore();
    clearTimeout(setTimeout(() => {}, 10));
    expect(onTimer).not.toHaveBeenCalled();
  });

  it('is over for a wrapper that has kept it', async () => {
    const onTimer = vi.fn();
    catchTimer(onTimer);
    const kept = globalThis.setTimeout;
    await undefined;
    clearTimeout(kept(() => {}, 10));
    expect(onTimer).not.toHaveBeenCalled();
  });
});

it('clearTimer() clears the one timer of this delay, and no other', () => {
  const callbacks = [vi.fn(), vi.fn(), vi.fn()];
  const seconds = callbacks.map(() => uniqueSeconds(20));
  const timers = callbacks.map((callback, index) => setTimeout(callback, seconds[index]! * 1000));
  clearTimer(seconds[1]!);
  clearTimer(uniqueSeconds(20));
  return new Promise<void>((resolve) => {
    setTimeout(() => {
      expect(callbacks.map(({ mock }) => mock.calls.length)).toEqual([1, 0, 1]);
      for (const timer of timers) clearTimeout(timer);
      resolve();
    }, 60);
  });
});

it('uniqueSeconds() of several copies of hangup gives no delay twice', async () => {
  const delays = new Set<number>();
  for (let copy = 0; copy < 3; copy++) {
    vi.resetModules();
    const { uniqueSeconds } = await import('../../overlays/foreign/timers.ts');
    for (let n = 0; n < 100; n++) delays.add(uniqueSeconds(60_000) * 1000);
  }
  expect(delays.size).toBe(300);
});

describe('a request of 2.x', () => {
  type Client = Disconnectable & { voices: { list(options: object): Promise<unknown> } };
  const { CartesiaClient } = createRequire(import.meta.url)(barePackage('2.2.9')) as {
    CartesiaClient: new (options: object) => Client;
  };
  let server: HttpServer;
  afterEach(() => server.close());

  async function ask(): Promise<{ client: Client; list(): Promise<unknown> }> {
    server = await startHttpServer('error', { plain: true });
    const client = new CartesiaClient({ environment: server.url, apiKey: 'k' });
    overlay(client);
    return { client, list: () => client.voices.list({ maxRetries: 5 }).catch(() => {}) };
  }
  const backingOff = () => vi.waitUntil(() => server.seen.requests.length === 1, { timeout: 5_000, interval: 3 });
  const rest = () => new Promise((resolve) => own.value.call(globalThis, resolve, 30));

  it('leaves setTimeout alone from the call to the back-off', async () => {
    const { client, list } = await ask();
    const call = list();
    isAsBefore();
    await backingOff();
    await rest();
    isAsBefore();
    await client.disconnect(true);
    await call;
    isAsBefore();
  });

  it('leaves the wrapper of the app, which was put on in a back-off', async () => {
    const { list } = await ask();
    const call = list();
    await backingOff();
    await rest();
    const wrapper = Object.assign((...args: Parameters<typeof setTimeout>) => own.value(...args), { app: true });
    globalThis.setTimeout = wrapper as never;
    server.answer = 'well';
    await call;
    expect(globalThis.setTimeout).toBe(wrapper);
  });

  it.each(['with the call', 'in the back-off'])('is as before a fake clock that began %s', async (moment) => {
    const { client, list } = await ask();
    const call = list();
    if (moment === 'in the back-off') {
      await backingOff();
      await rest();
    }
    const real = globalThis.setTimeout;
    globalThis.setTimeout = (() => own.value(() => {}, 1)) as never;
    await rest();
    await client.disconnect(true);
    await call;
    globalThis.setTimeout = real;
    await rest();
    isAsBefore();
  });
});
