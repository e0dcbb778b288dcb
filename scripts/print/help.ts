import { exitCodes, exits } from '../../core/error-codes.ts';
import type { Command, Option } from '../commands.ts';

/** `hangup --help` */
export function overview(commands: Readonly<Record<string, Command>>): string {
  return `Usage: hangup <command> [options]

${columns(Object.entries(commands).map(([name, { summary }]) => [name, summary]))}

  -h, --help     print this text; "hangup <command> --help" explains a command
  -v, --version  print the version of hangup

${exitCodesHelp()}`;
}

/** `hangup <command> --help` */
export async function helpOf(
  name: string,
  { usage, help }: Command,
  all: Readonly<Record<string, Option>>,
): Promise<string> {
  const options = Object.entries(all).map(([name, { value, short, help }]): [string, string] => [
    `${short ? `-${short}, ` : ''}--${name}${value ? ` ${value}` : ''}`,
    help,
  ]);
  return `Usage: ${['hangup', name, usage, '[--dir D]', '[--json]'].filter(Boolean).join(' ')}

${typeof help === 'string' ? help : await help()}

${columns(options)}

${exitCodesHelp()}`;
}

function exitCodesHelp(): string {
  const rows = Object.entries(exits).map(([name, { meaning }]): [string, string] => [
    String(exitCodes[name as keyof typeof exitCodes]),
    meaning,
  ]);
  return `Exit codes:\n${columns(rows)}`;
}

function columns(rows: readonly [string, string][]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows
    .map(([left, right]) => `  ${left.padEnd(width)}  ${right.replaceAll('\n', `\n${' '.repeat(width + 4)}`)}`)
    .join('\n');
}
