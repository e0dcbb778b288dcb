/** A control may pass for one reason only: the defect that it states. */
import assert from 'node:assert/strict';
import { expect, test } from 'vitest';
import { Clock, Unprepared } from './clock.ts';
import { showsDefect } from './column.ts';
import type { Bare } from './play.ts';
import { NoSuchCall } from './stage.ts';

const control = (bare: Bare, play: () => Promise<void>) => showsDefect({ id: 'a', name: 'a', bare, play }, 10);
const throwing = (error: Error) => () => Promise.reject(error);
const stated = { fails: /^the end of the stream: not within/ };
const asStated = new assert.AssertionError({ message: 'the end of the stream: not within 10 ms' });

test('an assertion that fails with the stated text shows the defect', async () => {
  await control(stated, throwing(asStated));
});

test.each([
  ['another assertion', new assert.AssertionError({ message: 'the close code' }), /broke another promise/],
  ['a failed preparation with the stated text', new Unprepared(asStated.message), /no promise was broken/],
  ['a mistake in the scenario', new TypeError(asStated.message), /no promise was broken/],
  ['a missing call', new NoSuchCall(asStated.message), /no promise was broken/],
])('%s shows no defect', async (_, error, message) => {
  await expect(control(stated, throwing(error))).rejects.toThrow(message);
});

test('a promise that is kept shows no defect', async () => {
  await expect(control(stated, () => Promise.resolve())).rejects.toThrow('kept the promise');
  await expect(control('has no such call', () => Promise.resolve())).rejects.toThrow('kept the promise');
});

test('a control that states a missing call takes no assertion for it', async () => {
  await control('has no such call', throwing(new NoSuchCall('no disconnect()')));
  await expect(control('has no such call', throwing(asStated))).rejects.toThrow('the SDK has the call');
});

test('a crash has to be seen, with the stated text', async () => {
  const row = { id: 'a', name: 'a', bare: { crashes: /401/ }, play: () => Promise.resolve() };
  await showsDefect(row, 10, { a: ['Unexpected server response: 401'] });
  await expect(showsDefect(row, 10, { a: ['ECONNRESET'] })).rejects.toThrow('expected /401/');
  await expect(showsDefect(row, 10)).rejects.toThrow('expected /401/');
});

test('the steps of a preparation have their own limit and their own error', async () => {
  const clock = new Clock(10);
  await expect(clock.within(new Promise(() => {}), 'the end')).rejects.toThrow(assert.AssertionError);
  await expect(clock.prepared(Promise.reject(new Error('refused')), 'the handshake')).rejects.toThrow(Unprepared);
});
