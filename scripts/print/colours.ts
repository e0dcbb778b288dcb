import { styleText } from 'node:util';

type Format = 'bold' | 'green' | 'red' | 'yellow';

/** Nothing is coloured where NO_COLOR is set. @param isTerminal whether the text goes to one */
export function coloursFor(isTerminal: boolean): Record<Format, (text: string) => string> {
  const isOn = isTerminal && !process.env.NO_COLOR;
  // Whether to colour is decided here: styleText asks nobody before Node 22.13, and stdout afterwards.
  const paint = (format: Format) => (text: string) => (isOn ? styleText(format, text) : text);
  return { bold: paint('bold'), green: paint('green'), red: paint('red'), yellow: paint('yellow') };
}
