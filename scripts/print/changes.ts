import { coloursFor } from './colours.ts';

const colours = coloursFor(process.stdout.isTTY === true);

/** The package manager of a project, and the places that name it. */
export interface Detected {
  name: string;
  version: string;
  from: string;
  mixed?: { older: string } | undefined;
}

export function printManager({ name, version, from, mixed }: Detected): void {
  console.log(`package manager: ${name} ${version}, known from ${from}`);
  if (mixed)
    console.log(
      `${colours.yellow('note')} this command runs in ${name} ${mixed.older}. If that installs the project too, add --manager ${name}@${mixed.older}`,
    );
}

/** Prints the changes that `init` would make to files, added lines in green and removed ones in red. */
export function printChanges(changes: readonly { diff: readonly string[] }[]): void {
  for (const text of changes.flatMap(({ diff }) => diff)) {
    const colour = { '+': colours.green, '-': colours.red }[text.trimStart()[0] ?? ''] ?? String;
    console.log(colour(text));
  }
}
