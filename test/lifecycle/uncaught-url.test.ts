/** An error may hold an address with its password, also as a member and as the error of an error. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { createShutdown, TaskScope } from '../../lifecycle/index.ts';
import { UncaughtErrors } from '../../lifecycle/process/errors.ts';

const password = 'a-password';
const thrownBy = async (call: () => unknown): Promise<Error> => {
  try {
    await call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not throw');
};
const ofUrl = () => thrownBy(() => new URL(`redis://:${password}@127.0.0.1:none`));
/** Its message has the address, and its cause has it as a member. */
const ofFetch = () => thrownBy(() => fetch(`http://:${password}@127.0.0.1:none`));
const ofCause = async () => new Error('the store is away', { cause: new Error('below', { cause: await ofUrl() }) });

const errors = { 'of an address': ofUrl, 'of fetch': ofFetch, 'whose cause is one': ofCause };

it.for(Object.entries(errors))('the error %s is kept without the password', async ([, make]) => {
  const error = await make();
  const shown = (value: unknown) => inspect(value, { depth: 10, showHidden: true });
  expect(shown(error)).toContain(password);

  const before = process.listeners('uncaughtException');
  const uncaught = new UncaughtErrors(() => {});
  uncaught.listen();
  const [take] = process.listeners('uncaughtException').filter((listener) => !before.includes(listener));
  uncaught.stop();
  take!(error, 'uncaughtException');
  expect(uncaught.list[0]).toMatchObject({ name: error.name });
  expect(shown(uncaught.list)).not.toContain(password);

  const logged: unknown[] = [];
  const log = (...line: unknown[]) => void logged.push(line);
  const logger = { info: log, warn: log, error: log };
  const shutdown = createShutdown({ signals: [], errors: false, watchdog: false, exit: false, logger });
  const events: unknown[] = [];
  const onEvent = (event: unknown) => void events.push(event);
  subscribe('hangup.task.error', onEvent);
  const scope = new TaskScope({ name: 'call' });
  scope.run('task', () => Promise.reject(error));
  await new Promise(setImmediate);
  unsubscribe('hangup.task.error', onEvent);
  const report = await shutdown.end(error);
  expect([events.length, report.errors.length]).toEqual([1, 1]);
  expect(shown([report, logged, events])).not.toContain(password);
});

it('an error of an address without a password keeps its place in the code', async () => {
  const error = await thrownBy(() => new URL('no address'));
  const uncaught = new UncaughtErrors(() => {});
  const before = process.listeners('uncaughtException');
  uncaught.listen();
  const [take] = process.listeners('uncaughtException').filter((listener) => !before.includes(listener));
  uncaught.stop();
  take!(error, 'uncaughtException');
  expect(uncaught.list).toEqual([error]);
  expect(uncaught.list[0]!.stack).toBe(error.stack);
});
