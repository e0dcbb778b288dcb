import { configDefaults, defineConfig } from 'vitest/config';

/** Minutes each, and other versions of Node: HANGUP_LONG=1 runs them too. */
const long = process.env.HANGUP_LONG === undefined ? ['test/native/**', 'test/upstream/**', '**/memory.test.ts'] : [];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...long],
    globalSetup: ['test/support/global-setup.ts'],
    reporters: ['default', './test/support/summary-reporter.ts'],
    // One process per file: an overlay changes classes for the whole process.
    pool: 'forks',
    isolate: true,
    // What these tests provoke on purpose; children check the warnings themselves.
    execArgv: ['--disable-warning=HangupWarning'],
    // Some SDKs print what they meet.
    silent: 'passed-only',
    slowTestThreshold: 10_000,
    maxWorkers: 2,
    maxConcurrency: 32,
    testTimeout: 20_000,
    // A machine with two cores stands still for a second now and then; what fails twice in a row is broken.
    retry: 1,
    hookTimeout: 60_000,
    teardownTimeout: 5_000,
  },
});
