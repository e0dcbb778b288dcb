/** A line of any length does what an array does. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Line } from '../../core/line.ts';

const count = fc.oneof(fc.nat({ max: 3 }), fc.integer({ min: 100, max: 400 }));
const calls = fc.array(fc.tuple(fc.constantFrom('push', 'shift', 'shift', 'unshift', 'clear'), count), {
  maxLength: 30,
});

test('random calls, with lines that are longer than one part', () => {
  fc.assert(
    fc.property(calls, (calls) => {
      const line = new Line<number>();
      let array: number[] = [];
      let item = 0;
      for (const [call, count] of calls) {
        if (call === 'clear') {
          expect(line.clear()).toBe(array.length);
          array = [];
        } else if (call === 'unshift') {
          const items = Array.from({ length: count }, () => item++);
          line.unshift(items);
          array.unshift(...items);
        } else {
          for (let n = 0; n < count; n++) {
            if (call === 'shift') expect(line.shift()).toBe(array.shift());
            else {
              line.push(item);
              array.push(item++);
            }
          }
        }
        expect(line.size).toBe(array.length);
        expect(line.last).toBe(array.at(-1));
      }
      while (array.length > 0) expect(line.shift()).toBe(array.shift());
      expect(line.shift()).toBeUndefined();
      expect([line.size, line.last]).toEqual([0, undefined]);
    }),
    { numRuns: 100 },
  );
});

test('undefined is an item like any other', () => {
  const line = new Line<undefined>();
  line.push(undefined);
  expect(line.size).toBe(1);
  expect(line.shift()).toBeUndefined();
  expect(line.size).toBe(0);
});
