import { coloursFor } from './colours.ts';

const colours = coloursFor(process.stdout.isTTY === true);

/** Prints the changes that `init` would make to files, added lines in green and removed ones in red. */
export function printChanges(changes: readonly { diff: readonly string[] }[]): void {
  for (const text of changes.flatMap(({ diff }) => diff)) {
    const colour = { '+': colours.green, '-': colours.red }[text.trimStart()[0] ?? ''] ?? String;
    console.log(colour(text));
  }
}
