import { createInterface } from 'node:readline/promises';
import type { Detected } from './changes.ts';
import { printChanges, printManager } from './changes.ts';

/** True when somebody at a terminal can answer a question. */
export const canAsk = (): boolean => process.stdin.isTTY === true && process.stdout.isTTY === true;

/** Shows the package manager and the changes, and asks whether to write them. Every answer but `y` and `yes` is a no, and so is Ctrl+C. */
export async function ask(manager: Detected, changes: readonly { diff: readonly string[] }[]): Promise<boolean> {
  printManager(manager);
  printChanges(changes);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question('Write these changes? [y/N] ')).trim());
  } catch {
    // Ctrl+C and the end of the input reject, and leave the cursor behind the question.
    console.log();
    return false;
  } finally {
    terminal.close();
  }
}
