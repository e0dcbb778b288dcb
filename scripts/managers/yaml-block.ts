// Reads and edits the blocks of pnpm-workspace.yaml that hangup knows, line by line. All other lines and comments stay.

interface Line {
  /** Its index among the lines of the text. */
  at: number;
  key: string;
  value: string;
}

interface Block {
  /** The index of the line with the block's own key. */
  head: number;
  entries: Line[];
}

const entryPattern = /^( +)(?:'((?:[^']|'')+)'|"([^"\\]+)"|([^\s'"#&*!|>{}[\]%@`,?:-][^#:]*?)):[ \t]+(.*?)[ \t]*$/;
const valuePattern = /^(?:'((?:[^']|'')+)'|"([^"\\]+)"|([^\s'"#&*!|>{}[\]%@`,?:-][^#]*?))(?:[ \t]+#.*)?$/;

const unquote = (single?: string, double?: string, plain?: string) => single?.replaceAll("''", "'") ?? double ?? plain;

/** The entries of a block of plain strings at the top level. The map is empty where there is no such block. */
export function readBlock(text: string, name: string): Map<string, string> {
  return new Map(find(text.split('\n'), name)?.entries.map(({ key, value }) => [key, value]));
}

/**
 * Sets (or, with `undefined`, removes) one entry. A block that becomes empty is removed. A missing block is appended.
 *
 * @throws {SyntaxError} where the block holds anything but plain strings
 */
export function editBlock(text: string, name: string, key: string, value: string | undefined): string {
  const lines = text.split('\n');
  const end = text.includes('\r\n') ? '\r' : '';
  const block = find(lines, name);
  const entry = block?.entries.find((entry) => entry.key === key);
  if (value === undefined) {
    if (block === undefined || entry === undefined) return text;
    lines.splice(entry.at, 1);
    if (block.entries.length === 1) lines.splice(block.head, 1);
    return lines.join('\n');
  }
  if (entry?.value === value) return text;
  const indent = block?.entries[0] ? /^ +/.exec(lines[block.entries[0].at]!)![0] : '  ';
  const line = `${indent}${quote(key)}: ${value}${end}`;
  if (entry !== undefined) lines[entry.at] = line;
  else if (block !== undefined) lines.splice((block.entries.at(-1)?.at ?? block.head) + 1, 0, line);
  else {
    const last = lines.pop()!;
    // A text without a newline at its end gets one. The newline stays when the block is removed.
    if (last !== '') lines.push(last + end);
    lines.push(`${name}:${end}`, line, '');
  }
  return lines.join('\n');
}

const quote = (key: string) => `'${key.replaceAll("'", "''")}'`;

/** The texts of a list at the top level, in either style of YAML. Empty where there is no such list. */
export function readList(text: string, name: string): string[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const head = lines.findIndex((line) => new RegExp(`^(['"]?)${name}\\1\\s*:`).test(line));
  if (head < 0) return [];
  const rest = [lines[head]!.slice(lines[head]!.indexOf(':') + 1), ...lines.slice(head + 1)];
  const flow = /^\s*\[([^\]]*)\]/.exec(rest.join('\n'))?.[1];
  if (flow !== undefined) return flow.split(',').flatMap(itemOf);
  const items: string[] = [];
  for (const line of rest) {
    if (/^\s*(#.*)?$/.test(line)) continue;
    const item = /^\s*-\s+(.*)$/.exec(line)?.[1];
    if (item === undefined) break;
    items.push(...itemOf(item));
  }
  return items;
}

function itemOf(text: string): string[] {
  const [, single, double, plain] = /^\s*(?:'((?:[^']|'')*)'|"([^"]*)"|(.*?))\s*(?:\s#.*)?$/.exec(text) ?? [];
  const item = unquote(single, double, plain);
  return item ? [item] : [];
}

function find(lines: readonly string[], name: string): Block | undefined {
  const heads = lines.flatMap((line, at) => (new RegExp(`^(['"]?)${name}\\1\\s*:`).test(line) ? [at] : []));
  if (lines.some((line) => /^(---|\.\.\.)/.test(line))) throw new SyntaxError('it holds several documents');
  if (lines.some((line) => /^\s*\{/.test(line))) throw new SyntaxError('it is written with braces');
  const head = heads[0];
  if (head === undefined) return undefined;
  if (heads.length > 1) throw new SyntaxError(`"${name}" is there twice`);
  if (!/:\s*(#.*)?$/.test(lines[head]!)) throw new SyntaxError(`"${name}" is not written as one entry a line`);
  const entries: Line[] = [];
  for (let at = head + 1; at < lines.length; at++) {
    const line = lines[at]!.replace(/\r$/, '');
    if (/^\s*(#.*)?$/.test(line)) continue;
    if (!/^[ \t]/.test(line)) break;
    const match = entryPattern.exec(line);
    const value = valuePattern.exec(match?.[5] ?? '');
    if (match === null || value === null) throw new SyntaxError(`line ${at + 1} is no plain entry of "${name}"`);
    entries.push({
      at,
      key: unquote(match[2], match[3], match[4])!,
      value: unquote(value[1], value[2], value[3])!,
    });
  }
  return { head, entries };
}
