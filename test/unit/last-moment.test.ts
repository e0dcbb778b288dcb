/** The check in the tick in which an SDK goes on to dial, with every kind of promise and of call. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'vitest';
import { beforeResume } from '../../overlays/foreign/last-moment.ts';

const late = new Error('late');
let isLate = false;
const check = () => {
  if (isLate) throw late;
};
const isOfCheck = (error: unknown) => error === late;
const after = async (microtasks: number) => {
  for (let passed = 0; passed < microtasks; passed++) await undefined;
};

const Own = globalThis.Promise;
beforeEach(() => {
  isLate = false;
});
afterEach(() => {
  globalThis.Promise = Own;
});

type Then = (this: unknown, onValue: unknown, onError: unknown) => Promise<unknown>;
const then = (promise: Promise<unknown>, onValue: unknown, onError: unknown) =>
  (promise.then as Then)(onValue, onError);

// `then()` takes all that is no function for nothing.
describe.each([[undefined], [null], [{}]])('%j in place of a function', (none) => {
  test('then(f, …) rejects after an end, and f is not called', async () => {
    const promise = beforeResume(Own.resolve('a'), check);
    await after(2);
    isLate = true;
    const called: unknown[] = [];
    await assert.rejects(
      then(promise, (value: unknown) => called.push(value), none),
      isOfCheck,
    );
    assert.deepEqual(called, []);
  });

  test('then(…, f) and then(…, …) pass the value', async () => {
    const promise = beforeResume(Own.resolve('a'), check);
    assert.equal(await then(promise, none, assert.fail), 'a');
    assert.equal(await then(promise, none, none), 'a');
  });
});

// An app may replace the method of the SDK. The SDK waits for all that it returns.
test.each([
  ['a value', 'a'],
  // biome-ignore lint/suspicious/noThenProperty: an SDK's await takes such an object
  ['an object with then()', { then: (onValue: (value: string) => void) => onValue('a') }],
  ['a frozen promise', Object.freeze(Own.resolve('a'))],
  ['an instance of a subclass', new (class extends Own<string> {})((resolve) => resolve('a'))],
])('the method returns %s', async (_, returned) => {
  assert.equal(await beforeResume(returned as Promise<string>, check), 'a');
  const promise = beforeResume(returned as Promise<string>, check);
  isLate = true;
  await assert.rejects(promise, isOfCheck);
});

// A compiled SDK waits for promises as this does.
const adopt = (value: Promise<string>): Promise<string> =>
  value instanceof Promise ? value : new Promise((resolve) => resolve(value));

test.each([
  ['its own', Own],
  ['replaced', class Replaced<T> extends Own<T> {}],
])('an SDK that is compiled goes on after no end, with a global Promise that is %s', async (_, Global) => {
  for (let microtasks = 0; microtasks < 12; microtasks++) {
    isLate = false;
    globalThis.Promise = Global as PromiseConstructor;
    const resumed: boolean[] = [];
    const checked = adopt(beforeResume((async () => 'a')(), check));
    const waiting = checked.then(
      () => resumed.push(isLate),
      () => {},
    );
    await after(microtasks);
    isLate = true;
    await waiting;
    globalThis.Promise = Own;
    assert.notEqual(resumed[0], true, `went on after an end that came after ${microtasks} microtasks`);
  }
});
