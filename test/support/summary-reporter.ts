import type { Reporter, TestModule } from 'vitest/node';

/** Ends the output with `N passed, N failed[, N skipped]`, alone on the last line. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) count[test.result().state]++;
      // A file that could not be loaded has no tests that could fail.
      if (module.state() === 'failed' && ![...module.children.allTests('failed')].length) count.failed++;
    }
    // The other reporters write through buffered streams; only at exit is this line certainly the last one.
    process.once('exit', (code) => {
      // A failure outside of any test, such as globalSetup, must not read as "0 failed".
      const failed = count.failed === 0 && code !== 0 ? 1 : count.failed;
      const skipped = count.skipped + count.pending;
      console.log(`${count.passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
    });
  }
}
