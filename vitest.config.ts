import { configDefaults, defineConfig, type TestProjectConfiguration } from 'vitest/config';

/**
 * Minutes each, and other versions of Node: HANGUP_LONG=1 runs them too. It also plays more versions, classes and random sequences in
 * the files that ask `isLong`. Other versions and module formats of the contract are for `npm run test:full`. `.ci/run` runs both.
 */
const long =
  process.env.HANGUP_LONG === undefined
    ? [
        'test/native/**',
        'test/upstream/**',
        'test/ws/sdks/**',
        '**/memory.test.ts',
        '**/workers.test.ts',
        '**/large-frameworks.test.ts',
        '**/jest.test.ts',
        '**/hosts-apart.test.ts',
        // Faults by the hundred, and each control on an SDK without defects.
        'test/contract/controls.test.ts',
        '**/kills.test.ts',
        '**/interruption.test.ts',
        '**/deception.test.ts',
        // Counts every step of the code.
        '**/many.test.ts',
        // Whole builds of the project, and combinations of hooks and of compilers.
        '**/new-version.test.ts',
        '**/toy.test.ts',
        '**/register-*.test.ts',
        '**/by-shape-agents-realtime.test.ts',
        '**/types-*.test.ts',
      ]
    : [];

/**
 * The folders of `test/contract` whose files a column plays. Outside a full run, the bare SDK and the patches are played for one SDK
 * only, and the files of the others would be loaded for nothing. `test/unit/columns.test.ts` compares this with the suites.
 */
export function foldersOf(delivery: string, isFull: boolean): string[] {
  if (isFull || delivery === 'overlay') return ['**'];
  return [
    'every',
    'clients',
    ...['context-router', 'event-stream', 'reconnecting', 'source-router'].map((family) => `families/${family}`),
  ];
}

/**
 * All tests, and the contract once in each column, e.g. `vitest run --project overlay`.
 *
 * @param exclude patterns of test files that are left out
 */
export function projects(
  exclude: readonly string[],
  deliveries = ['bare', 'overlay', 'patched'],
): TestProjectConfiguration[] {
  const isFull = process.env.HANGUP_FULL === '1';
  const columns = deliveries.map((delivery) =>
    project(delivery, {
      include: foldersOf(delivery, isFull).map((folder) => `test/contract/${folder}/*.contract.ts`),
      env: { HANGUP_DELIVERY: delivery },
    }),
  );
  return [
    project('tests', { include: ['test/**/*.test.ts'], exclude: [...configDefaults.exclude, ...exclude] }),
    ...columns,
  ];
}

function project(name: string, files: { include: string[]; exclude?: string[]; env?: Record<string, string> }) {
  return {
    test: {
      name,
      ...files,
      // One process per file: an overlay changes classes for the whole process.
      pool: 'forks' as const,
      isolate: true,
      // These tests provoke such warnings on purpose; children check them.
      execArgv: ['--disable-warning=HangupWarning'],
      maxConcurrency: 32,
      testTimeout: 20_000,
      // A machine with two cores stands still for a second now and then. A test that fails twice in a row is broken.
      retry: 1,
      hookTimeout: 60_000,
      teardownTimeout: 5_000,
    },
  };
}

export default defineConfig({
  test: {
    projects: projects(long),
    globalSetup: ['test/support/global-setup.ts'],
    reporters: ['default', './test/support/summary-reporter.ts'],
    // Some SDKs print what they meet.
    silent: 'passed-only',
    slowTestThreshold: 10_000,
    maxWorkers: 2,
  },
});
