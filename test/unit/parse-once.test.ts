/** The SDK gets the value of a text that was parsed already, and everybody else parses as before. */
import { afterEach, expect, test } from 'vitest';
import { withParsed } from '../../overlays/foreign/parse-once.ts';

const { parse } = JSON;
afterEach(() => {
  JSON.parse = parse;
});

const text = '{"a":1}';
const value = { parsed: 'before' };

test('the first parse of the text gives the value, and no other parse does', () => {
  const seen: unknown[] = [];
  const read = (argument: string) => {
    seen.push(argument, JSON.parse(text), JSON.parse(text), JSON.parse('[2]'));
  };
  withParsed(text, value, read, 'the argument');
  expect(seen).toEqual(['the argument', value, { a: 1 }, [2]]);
  expect(JSON.parse).toBe(parse);
});

test('another text, and a text with a reviver, are parsed', () => {
  const seen: unknown[] = [];
  withParsed(text, value, () => seen.push(JSON.parse('[1]')), undefined);
  withParsed(text, value, () => seen.push(JSON.parse(text, (key, at) => (key === 'a' ? 2 : at))), undefined);
  expect(seen).toEqual([[1], { a: 2 }]);
});

test('code that parses nothing, or throws, leaves everything as it was', () => {
  withParsed(text, value, () => {}, undefined);
  expect(JSON.parse).toBe(parse);
  const read = () => {
    throw new Error('of the SDK');
  };
  expect(() => withParsed(text, value, read, undefined)).toThrow('of the SDK');
  expect(JSON.parse).toBe(parse);
});

test('a parse that the app has put in its place stays', () => {
  const own = ((given: string) => [given]) as typeof JSON.parse;
  JSON.parse = own;
  withParsed(text, value, () => expect(JSON.parse(text)).toBe(value), undefined);
  expect(JSON.parse).toBe(own);
});

test('where JSON is frozen, the text is parsed again', () => {
  Object.defineProperty(JSON, 'parse', { writable: false });
  try {
    withParsed(text, value, () => expect(JSON.parse(text)).toEqual({ a: 1 }), undefined);
  } finally {
    Object.defineProperty(JSON, 'parse', { writable: true });
  }
});
