import type { Readable } from 'node:stream';
import { longestLine } from '../limits.ts';

/**
 * Reads the output of a process, so that the process never waits for a full pipe.
 *
 * @param onLine hears every line; a line of 65,536 characters or more comes in parts of 32,768
 * @param onPart hears what has come of a line that is not complete, because a prompt has no end. It hears a long line before it is cut.
 */
export function readLines(stream: Readable, onLine: (line: string) => void, onPart: (part: string) => void): void {
  let rest = '';
  /** Tells the parts of a long line but the last. @returns the last part */
  const cut = (line: string): string => {
    if (line.length >= longestLine) onPart(line);
    let last = line;
    // Half of the length stays, because a text may stand over the cut.
    while (last.length >= longestLine) {
      onLine(last.slice(0, longestLine / 2));
      last = last.slice(longestLine / 2);
    }
    return last;
  };
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split(/\r?\n/);
    const last = lines.pop()!;
    for (const line of lines) onLine(cut(line));
    rest = cut(last);
    if (rest !== '') onPart(rest);
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
  });
  // The pipe breaks when the process is killed.
  stream.on('error', () => {});
}
