/**
 * Describes the change of one file for people: the lines that differ, with a few lines around them. Patch files and removed
 * files get one line.
 */
export function describeChange(path: string, before: string | null, after: string | null): string[] {
  const count = (text: string) => text.split('\n').length - 1;
  if (after === null) return [`- ${path} (${count(before!)} lines)`];
  if (path.endsWith('.patch')) {
    const lines = `${count(after)} lines: ${changedLines(after)} change files of the SDK, the rest adds the folder hangup/`;
    return [`${before === null ? '+' : '~'} ${path} (${lines})`];
  }
  return [before === null ? `+ ${path}` : `~ ${path}`, ...diff((before ?? '').split('\n'), after.split('\n'))];
}

/** The lines that a patch adds to files that exist. It removes none. */
function changedLines(patch: string): number {
  const diffs = patch
    .split(/^diff --git /m)
    .filter((diff) => diff.includes('\n--- ') && !diff.includes('\n--- /dev/null'));
  return diffs.flatMap((diff) => diff.match(/^\+(?!\+\+ ).*$/gm) ?? []).length;
}

const around = 2;

function diff(before: readonly string[], after: readonly string[]): string[] {
  const lines = compare(before, after);
  const isNear = (at: number) => lines.slice(Math.max(0, at - around), at + around + 1).some((line) => line[0] !== ' ');
  const shown = lines.flatMap((line, at) => (isNear(at) ? [`  ${line}`] : at > 0 && isNear(at - 1) ? ['  …'] : []));
  // The text after the last newline is an empty line.
  return shown.filter((line, at) => at < shown.length - 1 || (line !== '  …' && line.trim() !== ''));
}

/** Compares by the longest common subsequence, after cutting off the common beginning and the common end. */
function compare(before: readonly string[], after: readonly string[]): string[] {
  let from = 0;
  while (from < before.length && before[from] === after[from]) from++;
  let end = 0;
  while (end < Math.min(before.length, after.length) - from && before.at(-1 - end) === after.at(-1 - end)) end++;
  const [old, young] = [before.slice(from, before.length - end), after.slice(from, after.length - end)];
  const lengths = Array.from({ length: old.length + 1 }, () => new Array<number>(young.length + 1).fill(0));
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = young.length - 1; j >= 0; j--)
      lengths[i]![j] =
        old[i] === young[j] ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
  const lines = before.slice(0, from).map((line) => ` ${line}`);
  for (let i = 0, j = 0; i < old.length || j < young.length; ) {
    if (i < old.length && j < young.length && old[i] === young[j]) {
      lines.push(` ${old[i++]}`);
      j++;
    } else if (i < old.length && (j === young.length || lengths[i + 1]![j]! >= lengths[i]![j + 1]!))
      lines.push(`-${old[i++]}`);
    else lines.push(`+${young[j++]}`);
  }
  return [...lines, ...before.slice(before.length - end).map((line) => ` ${line}`)];
}
