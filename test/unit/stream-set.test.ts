/** The streams of a connection, which may be many over the time of one connection. */
import { expect, test } from 'vitest';
import { type Stream, StreamSet } from '../../overlays/connection/streams.ts';

test('a stream that has ended by itself is let go when the next one begins', () => {
  const streams = new StreamSet();
  let looks = 0;
  let last = 0;
  const stream = (index: number): Stream => ({
    name: `turn ${index}`,
    contextId: undefined,
    get isOpen() {
      looks++;
      return index === last;
    },
    cut() {},
    drop() {},
  });
  for (last = 1; last <= 1000; last++) streams.add(stream(last));
  last = 1000;
  looks = 0;
  expect(streams.names).toEqual(['turn 1000']);
  expect(looks).toBeLessThan(5);
});
