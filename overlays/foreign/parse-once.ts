type Parse = (text: string, reviver?: (key: string, value: unknown) => unknown) => unknown;

let known: unknown;
let value: unknown;
let parse: Parse = JSON.parse;

const parseOnce: Parse = (text, reviver) => {
  JSON.parse = parse as typeof JSON.parse;
  return text === known && reviver === undefined ? value : parse(text, reviver);
};

/**
 * Runs code of an SDK that parses a text at once, whose value is known. To parse a message of audio twice would cost more than
 * all else that is done with it.
 *
 * @param text the value that the SDK hands to `JSON.parse()`: a string, or the bytes of one
 */
export function withParsed<A>(text: unknown, parsed: unknown, read: (argument: A) => void, argument: A): void {
  const before = JSON.parse;
  try {
    JSON.parse = parseOnce as typeof JSON.parse;
  } catch {
    // It is frozen. The SDK parses the text again.
    read(argument);
    return;
  }
  parse = before;
  known = text;
  value = parsed;
  try {
    read(argument);
  } finally {
    if (JSON.parse === parseOnce) JSON.parse = before;
    known = value = undefined;
  }
}
