/** The values that can be written into a package.json. */
export type JsonValue = string | { [key: string]: JsonValue };

interface Node {
  start: number;
  end: number;
  /** The members of an object; `undefined` for any other value. */
  members?: Member[];
}

interface Member {
  key: string;
  start: number;
  value: Node;
}

/**
 * Sets (or, with `undefined`, removes) one member of a JSON text, and leaves every other byte as it is. A new member
 * becomes the last one and gets the layout of its neighbours. Removing an added member restores the text.
 *
 * @param path the member's keys from the root. Parents that are missing are added
 * @throws {SyntaxError} where the text is not JSON, a key occurs twice, or a parent is not an object
 */
export function editJson(text: string, path: readonly string[], value: JsonValue | undefined): string {
  JSON.parse(text);
  let node = read(text);
  let depth = 0;
  for (; depth < path.length; depth++) {
    if (node.members === undefined) throw new SyntaxError(`"${path.slice(0, depth).join('.')}" is not an object`);
    const found: Member[] = node.members.filter(({ key }) => key === path[depth]);
    if (found.length > 1) throw new SyntaxError(`"${path[depth]}" is there twice`);
    if (found.length === 0) break;
    if (depth === path.length - 1) {
      if (value === undefined) return removeMember(text, node, found[0]!);
      const current = found[0]!.value;
      const isSame = JSON.stringify(JSON.parse(text.slice(current.start, current.end))) === JSON.stringify(value);
      return isSame ? text : splice(text, current.start, current.end, print(text, value, depth + 1));
    }
    node = found[0]!.value;
  }
  if (value === undefined) return text;
  const inner = path.slice(depth + 1).reduceRight<JsonValue>((inner, key) => ({ [key]: inner }), value);
  return addMember(text, node, path[depth]!, inner, depth + 1);
}

function addMember(text: string, { start, end, members }: Node, key: string, value: JsonValue, depth: number): string {
  const last = members!.at(-1);
  const { newline, indent, colon } = styleOf(text);
  const member = `${JSON.stringify(key)}${colon}${print(text, value, depth)}`;
  if (last === undefined) {
    const inside = newline && newline + indent.repeat(depth) + member + newline + indent.repeat(depth - 1);
    return splice(text, start + 1, end - 1, inside || member);
  }
  const before = members!.length === 1 ? start + 1 : text.indexOf(',', members!.at(-2)!.value.end) + 1;
  return splice(text, last.value.end, last.value.end, `,${text.slice(before, last.start)}${member}`);
}

function removeMember(text: string, { start, end, members }: Node, member: Member): string {
  const at = members!.indexOf(member);
  if (members!.length === 1) return splice(text, start + 1, end - 1, '');
  if (at === members!.length - 1) return splice(text, members![at - 1]!.value.end, member.value.end, '');
  return splice(text, member.start, members![at + 1]!.start, '');
}

function print(text: string, value: JsonValue, depth: number): string {
  const { newline, indent, colon } = styleOf(text);
  if (newline === '') return JSON.stringify(value).replaceAll('":', `"${colon}`);
  return JSON.stringify(value, null, indent).replaceAll('\n', newline + indent.repeat(depth));
}

/** The layout of the text, taken from its first member. */
function styleOf(text: string): { newline: string; indent: string; colon: string } {
  const [, newline = '', indent = ''] = /^\s*\{[ \t]*(\r?\n)?([ \t]*)/.exec(text) ?? [];
  const colon = /"\s*:(\s?)/.exec(text)?.[1] ?? ' ';
  return {
    newline: newline || (text.trim() === '{}' ? '\n' : ''),
    indent: indent || '  ',
    colon: `:${colon.trim() || colon}`,
  };
}

const splice = (text: string, from: number, to: number, by: string) => text.slice(0, from) + by + text.slice(to);

/** Finds where the members begin and end. The text has to be valid JSON. */
function read(text: string): Node {
  let at = 0;
  const skip = (pattern: RegExp) => {
    pattern.lastIndex = at;
    at += pattern.exec(text)?.[0].length ?? 0;
  };
  const space = () => skip(/\s*/y);
  const string = () => {
    const start = at;
    skip(/"(?:[^"\\]|\\.)*"/y);
    return JSON.parse(text.slice(start, at)) as string;
  };
  function node(): Node {
    space();
    const start = at;
    const opening = text[at];
    if (opening === '"') string();
    else if (opening === '{' || opening === '[') {
      const members: Member[] = [];
      at++;
      for (space(); text[at] !== '}' && text[at] !== ']'; space()) {
        const start = at;
        const key = opening === '{' ? string() : '';
        space();
        if (opening === '{') at++;
        members.push({ key, start, value: node() });
        space();
        if (text[at] === ',') at++;
      }
      at++;
      if (opening === '{') return { start, end: at, members };
    } else skip(/[^\s,\]}]+/y);
    return { start, end: at };
  }
  return node();
}
