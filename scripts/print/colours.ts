import { styleText } from 'node:util';

type Format = 'bold' | 'green' | 'red' | 'yellow';

/**
 * Functions that colour text for a terminal. They leave it plain where NO_COLOR is set.
 *
 * @param isTerminal whether the text goes to a terminal
 */
export function coloursFor(isTerminal: boolean): Record<Format, (text: string) => string> {
  const isOn = isTerminal && !process.env.NO_COLOR;
  // styleText does not look before Node 22.13, and looks at stdout alone from then on.
  const paint = (format: Format) => (text: string) => (isOn ? styleText(format, text) : text);
  return { bold: paint('bold'), green: paint('green'), red: paint('red'), yellow: paint('yellow') };
}
