import type { Readable } from 'node:stream';
import { longestLine } from '../limits.ts';

/**
 * Reads the output of a process, so that the process never waits for a full pipe.
 *
 * @param onLine hears every line; one that is longer than 64 kB comes in parts
 * @param onPart hears what has come of a line that is not complete: a prompt has no end
 */
export function readLines(stream: Readable, onLine: (line: string) => void, onPart: (part: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop()!;
    lines.forEach(onLine);
    if (rest !== '') onPart(rest);
    if (rest.length < longestLine) return;
    // The rest stays, because a text may stand over the cut.
    onLine(rest.slice(0, longestLine / 2));
    rest = rest.slice(longestLine / 2);
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
  });
  // The pipe breaks when the process is killed.
  stream.on('error', () => {});
}
