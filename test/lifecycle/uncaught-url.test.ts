/** What an error that nobody has caught may hold. */
import { expect, it } from 'vitest';
import { UncaughtErrors } from '../../lifecycle/process/errors.ts';

it('the error of an address that is none is kept without the address', () => {
  const before = process.listeners('uncaughtException');
  const causes: string[] = [];
  const errors = new UncaughtErrors((cause) => causes.push(cause));
  errors.listen();
  const [take] = process.listeners('uncaughtException').filter((listener) => !before.includes(listener));
  errors.stop();
  let thrown: unknown;
  try {
    new URL('redis://:a-password@127.0.0.1:none');
  } catch (error) {
    thrown = error;
  }
  take!(thrown as Error, 'uncaughtException');
  expect(causes).toEqual(['uncaughtException']);
  expect(errors.list[0]).toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_URL', message: 'Invalid URL' });
  expect(JSON.stringify({ ...errors.list[0] }) + errors.list[0]!.stack).not.toContain('a-password');
});
