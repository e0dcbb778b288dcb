import { coloursFor } from './colours.ts';

const colours = coloursFor(process.stdout.isTTY === true);

/** The package manager of a project, and the places that name it. */
export interface Detected {
  name: string;
  version: string;
  from: string;
}

export function printManager({ name, version, from }: Detected): void {
  console.log(`package manager: ${name} ${version}, known from ${from}`);
}

/** Prints the changes that `init` would make to files, added lines in green and removed ones in red. */
export function printChanges(changes: readonly { diff: readonly string[] }[]): void {
  for (const text of changes.flatMap(({ diff }) => diff)) {
    const colour = { '+': colours.green, '-': colours.red }[text.trimStart()[0] ?? ''] ?? String;
    console.log(colour(text));
  }
}
