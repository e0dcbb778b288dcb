const gap = '  ';

/** A table with a line below its head; columns wrap at words until everything fits into `width` characters. */
export function table(
  rows: readonly (readonly string[])[],
  width: number,
  paint: (cell: string, column: number, row: number) => string = (cell) => cell,
): string {
  const widths = fitWidths(rows, width);
  const lines = rows.flatMap((row, index) => {
    const cells = row.map((cell, column) => wrap(cell, widths[column]!));
    const height = Math.max(...cells.map((cell) => cell.length));
    const printed = Array.from({ length: height }, (_, line) =>
      cells
        .map((cell, column) => paint(pad(cell[line] ?? '', widths[column]!), column, index))
        .join(gap)
        .trimEnd(),
    );
    return index === 0 ? [...printed, widths.map((one) => '─'.repeat(one)).join(gap)] : printed;
  });
  return lines.join('\n');
}

/** The natural widths, with what is too much taken from the widest columns. */
function fitWidths(rows: readonly (readonly string[])[], width: number): number[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => widthOf(row[column]!))));
  const room = width - gap.length * (widths.length - 1);
  for (let left = widths.reduce((sum, one) => sum + one) - room; left > 0; left--) {
    const widest = widths.indexOf(Math.max(...widths));
    if (widths[widest]! <= 12) break;
    widths[widest]!--;
  }
  return widths;
}

function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line === '') lines[lines.length - 1] = word;
    else if (widthOf(line) + 1 + widthOf(word) <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** In terminal cells: an emoji takes two. */
function widthOf(text: string): number {
  return [...text].reduce((sum, char) => sum + (char.codePointAt(0)! > 0xffff ? 2 : 1), 0);
}
