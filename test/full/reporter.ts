import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { root } from '../support/sdk.ts';
import { type CellName, keyOf, type Results, type Row } from './results.ts';

const folder = join(root, '.cache', 'full');
/** Between two lines of progress, in ms. */
const pace = 15_000;
/** Failures that are printed in full. */
const told = 30;
/** The difference that an assertion shows has about ten lines. */
const linesTold = 12;

/** Says how far the run is, writes its results, and closes with the number of cells and `N passed, N failed`. */
export default class FullReporter implements Reporter {
  readonly #rows: Row[] = [];
  readonly #cells = new Set<string>();
  readonly #started = performance.now();
  readonly #count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
  #collected = 0;
  #progress: NodeJS.Timeout | undefined;

  onTestRunStart(): void {
    this.#progress = setInterval(() => this.#say(), pace);
    this.#progress.unref();
  }

  onTestModuleCollected(module: TestModule): void {
    this.#collected += [...module.children.allTests()].length;
  }

  onTestCaseResult(test: TestCase): void {
    const { state, errors } = test.result();
    this.#count[state]++;
    if (state === 'failed' && this.#count.failed <= told) {
      console.log(`FAILED ${test.fullName}\n    ${errors?.[0]?.message.split('\n', linesTold).join('\n    ')}`);
    }
    const cell = cellOfTest(test);
    if (cell === undefined) return;
    this.#cells.add(keyOf(cell));
    const outcome = state === 'pending' ? 'skipped' : state;
    const ms = Math.round(test.diagnostic()?.duration ?? 0);
    this.#rows.push({ ...cell, scenario: test.name, outcome, ms });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly { message: string }[]): void {
    clearInterval(this.#progress);
    const count = this.#count;
    const broken = modules.filter(
      (module) => module.state() === 'failed' && ![...module.children.allTests('failed')].length,
    );
    const errors = [
      ...unhandled.map(({ message }) => message),
      ...broken.flatMap((module) => module.errors().map(({ message }) => `${module.moduleId}: ${message}`)),
    ];
    for (const error of errors) console.log(`FAILED outside of any test: ${error}`);
    const failed = count.failed + Math.max(errors.length, broken.length);
    const skipped = count.skipped + count.pending;
    const seconds = Math.round((performance.now() - this.#started) / 1000);
    const summary = { cells: this.#cells.size, passed: count.passed, failed, skipped, seconds };
    const file = write({
      node: process.version,
      finished: new Date().toISOString(),
      summary,
      errors,
      rows: this.#rows,
    });
    process.once('exit', (code) => {
      console.log(
        `${process.version}: ${summary.cells} cells of SDK, version, class, format and delivery in ${seconds} s, in ${file}`,
      );
      // A failure outside of any test, such as in globalSetup, must not read as "0 failed".
      const sure = failed === 0 && code !== 0 ? 1 : failed;
      console.log(`${count.passed} passed, ${sure} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
    });
  }

  #say(): void {
    const { passed, failed } = this.#count;
    const seconds = Math.round((performance.now() - this.#started) / 1000);
    console.log(
      `${seconds} s: ${passed + failed} of ${this.#collected} or more, ${failed} failed, ${this.#cells.size} cells`,
    );
  }
}

function cellOfTest(test: TestCase): CellName | undefined {
  for (let at = test.parent; at.type === 'suite'; at = at.parent) {
    const { cell } = at.meta();
    if (cell !== undefined) return cell;
  }
  return undefined;
}

function write(results: Results): string {
  mkdirSync(folder, { recursive: true });
  const { rows, ...head } = results;
  const lines = rows.map((row) => JSON.stringify(row)).sort();
  const file = join(folder, `${results.node}.json`);
  // One row a line, so that it can be searched by line.
  writeFileSync(file, `${JSON.stringify(head).slice(0, -1)},"rows":[\n${lines.join(',\n')}\n]}\n`);
  return file;
}
