import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeChange } from '../../scripts/managers/diff.ts';
import { editJson } from '../../scripts/managers/json-edit.ts';
import { editBlock, readBlock } from '../../scripts/managers/yaml-block.ts';

describe('editing a package.json as text', () => {
  test.each([
    ['two spaces', '{\n  "name": "app"\n}\n', '{\n  "name": "app",\n  "scripts": {\n    "a": "b"\n  }\n}\n'],
    [
      'tabs, no newline at the end',
      '{\n\t"name": "app"\n}',
      '{\n\t"name": "app",\n\t"scripts": {\n\t\t"a": "b"\n\t}\n}',
    ],
    ['CR LF', '{\r\n  "x": 1\r\n}\r\n', '{\r\n  "x": 1,\r\n  "scripts": {\r\n    "a": "b"\r\n  }\r\n}\r\n'],
    ['on one line', '{"name":"app"}', '{"name":"app","scripts":{"a":"b"}}'],
    ['empty', '{}\n', '{\n  "scripts": {\n    "a": "b"\n  }\n}\n'],
    ['others there', '{ "scripts": { "x": "y" } }', '{ "scripts": { "x": "y", "a": "b" } }'],
    [
      'inline arrays',
      '{\n  "files": ["a",  "b"]\n}\n',
      '{\n  "files": ["a",  "b"],\n  "scripts": {\n    "a": "b"\n  }\n}\n',
    ],
  ])('%s', (_, before, after) => {
    expect(editJson(before, ['scripts', 'a'], 'b')).toBe(after);
    expect(editJson(after, ['scripts', 'a'], 'b')).toBe(after);
  });

  test('in any JSON text, an added member reads as added, and its removal restores the text', () => {
    const key = fc.string({ unit: 'grapheme', maxLength: 5 }).filter((key) => !['added', '__proto__'].includes(key));
    const text = fc.tuple(
      fc.dictionary(key, fc.jsonValue({ maxDepth: 2 }), { minKeys: 1 }),
      fc.constantFrom('', ' ', '  ', '\t'),
      fc.constantFrom('', '\n'),
    );
    fc.assert(
      fc.property(text, ([value, indent, end]) => {
        const before = JSON.stringify(value, null, indent) + end;
        const after = editJson(before, ['added', 'b', 'c"'], 'x');
        expect(JSON.parse(after)).toEqual({ ...JSON.parse(before), added: { b: { 'c"': 'x' } } });
        expect(editJson(after, ['added'], undefined)).toBe(before);
      }),
    );
  });

  test.each([
    ['first', 'a', '{\n  "b": 2,\n  "c": 3\n}'],
    ['middle', 'b', '{\n  "a": 1,\n  "c": 3\n}'],
    ['last', 'c', '{\n  "a": 1,\n  "b": 2\n}'],
  ])('the %s member is removed', (_, key, after) => {
    expect(editJson('{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}', [key], undefined)).toBe(after);
  });

  test.each([
    ['no JSON', '{ "a": 1, }', ['a']],
    ['comments', '{ // why\n  "a": 1 }', ['a']],
    ['not an object on the way', '{ "scripts": "x" }', ['scripts', 'a']],
    ['an array', '[1]', ['a']],
    ['a key that occurs twice', '{ "a": {}, "a": {} }', ['a', 'b']],
  ])('%s is not touched', (_, text, path) => {
    expect(() => editJson(text, path, 'x')).toThrow(SyntaxError);
  });
});

describe('editing a block of pnpm-workspace.yaml as text', () => {
  const edit = (text: string, key: string, value?: string) => editBlock(text, 'patchedDependencies', key, value);

  test('a new file, and its removal', () => {
    const text = edit('', '@a/b@1.0.0', 'patches/x.patch');
    expect(text).toBe("patchedDependencies:\n  '@a/b@1.0.0': patches/x.patch\n");
    expect(edit(text, '@a/b@1.0.0')).toBe('');
  });

  test('comments and all other lines stay', () => {
    const before = '# ours\npackages:\n  - "apps/*" # all\n\nonlyBuiltDependencies: [esbuild]\n';
    const after = edit(before, 'x@1', 'p.patch');
    expect(after).toBe(`${before}patchedDependencies:\n  'x@1': p.patch\n`);
    expect(edit(after, 'x@1')).toBe(before);
  });

  test('an entry beside others gets their indentation', () => {
    const before =
      'patchedDependencies:\n    # why\n    ws@8.0.0: patches/ws.patch # really\n    "@q/r": p/q.patch\n\na: b\n';
    const after = edit(before, 'x@1', 'p.patch');
    expect(after).toBe(before.replace('p/q.patch\n', "p/q.patch\n    'x@1': p.patch\n"));
    expect([...readBlock(after, 'patchedDependencies')]).toEqual([
      ['ws@8.0.0', 'patches/ws.patch'],
      ['@q/r', 'p/q.patch'],
      ['x@1', 'p.patch'],
    ]);
    expect(edit(after, 'x@1')).toBe(before);
  });

  test.each([
    ['braces', 'patchedDependencies: { a: b }\n'],
    ['an anchor', 'patchedDependencies:\n  a: &x b\n'],
    ['a nested value', 'patchedDependencies:\n  a:\n    b: c\n'],
    ['several documents', 'a: b\n---\nc: d\n'],
    ['the block twice', 'patchedDependencies:\n  a: b\npatchedDependencies:\n  c: d\n'],
    ['JSON', '{ "packages": [] }\n'],
  ])('%s: not touched', (_, text) => {
    expect(() => edit(text, 'x@1', 'p.patch')).toThrow(SyntaxError);
  });
});

test('a change is shown with the lines around it', () => {
  const before = Array.from({ length: 20 }, (_, at) => `line ${at}\n`).join('');
  const after = before.replace('line 3\n', 'third\n').replace('line 15\n', '');
  expect(describeChange('package.json', before, after)).toEqual([
    '~ package.json',
    ...['   line 1', '   line 2', '  -line 3', '  +third', '   line 4', '   line 5', '  …'],
    ...['   line 13', '   line 14', '  -line 15', '   line 16', '   line 17'],
  ]);
});
