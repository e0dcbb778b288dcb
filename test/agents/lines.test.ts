/** The output of a process, as it comes in pieces. */
import { PassThrough } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { readLines } from '../../lifecycle/agents/processes/lines.ts';

const longest = 65_536;

it('a line without an end comes in bounded parts, and no more than that is held', async () => {
  const stream = new PassThrough();
  const lines: string[] = [];
  const held: number[] = [];
  readLines(
    stream,
    (line) => lines.push(line),
    (part) => held.push(part.length),
  );
  const chunk = 'x'.repeat(longest);
  for (let count = 0; count < 32; count++) {
    stream.write(chunk);
    await nextTurn();
  }
  const heard = lines.length;
  // The line that ends is too long as well, with what is held of it.
  const end = 'y'.repeat(60_000);
  stream.end(`${end}\nnext`);
  await nextTurn();
  // One chunk comes to what is held.
  expect(Math.max(...held)).toBeLessThan(2 * longest);
  expect(heard).toBeGreaterThanOrEqual(62);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(longest);
  expect(lines.at(-1)).toBe('next');
  expect(lines.slice(0, -1).join('')).toBe(`${'x'.repeat(32 * longest)}${end}`);
});
