import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { withCommand, withoutCommand } from '../../scripts/managers/script-text.ts';
import { scratch } from '../support/patching.ts';

const command = 'hangup apply';

/** Scripts of projects that end well. */
const scripts = [
  'husky',
  'husky || true',
  'echo hi;',
  'true &',
  'exit 0',
  'echo hi; exit 0',
  'exec true',
  'cd sub && true',
  'true && echo "# no comment; && ||"',
  "echo 'it; is' fine",
  'if true; then echo yes; fi',
  '(true)',
  '( true )',
  '(true) || (false)',
  'echo hi 2>&1',
  'true\necho hi',
  'set +e; false; true',
  'echo hi | cat',
  'true ',
];

let dir: string;

beforeEach(() => {
  dir = scratch();
  mkdirSync(join(dir, 'bin'));
  mkdirSync(join(dir, 'sub'));
  for (const [name, text] of [
    ['husky', 'exit 0'],
    ['hangup', `pwd > ${join(dir, 'ran')}; exit \${FAILS:-0}`],
  ] as const) {
    writeFileSync(join(dir, 'bin', name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(dir, 'bin', name), 0o755);
  }
});

function run(script: string, fails: string): { status: number | null; where: string | undefined } {
  const ran = join(dir, 'ran');
  rmSync(ran, { force: true });
  const env = { PATH: [join(dir, 'bin'), '/usr/bin', '/bin'].join(delimiter), FAILS: fails };
  const { status } = spawnSync('sh', ['-c', script], { cwd: dir, env });
  return { status, where: existsSync(ran) ? readFileSync(ran, 'utf8').trim() : undefined };
}

describe.skipIf(process.platform === 'win32').each(scripts)('%j', (script) => {
  test('the command runs last, in the folder of the project, and its failure is that of the script', () => {
    const both = withCommand(script, command);
    expect(run(both, '0')).toEqual({ status: 0, where: dir });
    expect(run(both, '3')).toEqual({ status: 3, where: dir });
  });

  test('a script that fails keeps its exit code, and the command does not run', () => {
    expect(run(withCommand(`( ${script} ) && false`, command), '0')).toEqual({ status: 1, where: undefined });
  });

  test('another command takes its place, and without it the old text is back', () => {
    const both = withCommand(script, command);
    const other = withCommand(both, 'hangup verify');
    expect(other).toBe(both.replace(command, 'hangup verify'));
    expect(withoutCommand(both)).toBe(script);
    expect(withoutCommand(other)).toBe(script);
  });
});

test('Windows would read "a || b && c" as "a || (b && c)"', () => {
  expect(withCommand('husky || true', command)).toBe('( husky || true ) && hangup apply');
  expect(withCommand('husky && echo hi', command)).toBe('husky && echo hi && hangup apply');
});

test.each([
  ['husky || true && hangup apply', '( husky || true ) && hangup apply'],
  ['echo hi; && hangup apply', '( echo hi; ) && hangup apply'],
  ['a && hangup apply && b', 'a && hangup apply && b'],
])('%j, as an earlier release has written it, becomes %j', (script, mended) => {
  expect(withCommand(script, command)).toBe(mended);
});

test.each([
  ['echo hi # later && hangup apply', 'comment'],
  ['echo hi # later', 'comment'],
  ['# nothing yet', 'comment'],
  ['echo "hi', 'quoted'],
  ['echo hi \\', 'quoted'],
  ['echo hi &&', 'middle'],
  ['echo hi ||', 'middle'],
  ['echo hi |', 'middle'],
  ['(echo hi', 'brackets'],
  ['cat <<END\nhi\nEND', '<<'],
])('%j: nothing can be appended', (script, reason) => {
  expect(() => withCommand(script, command)).toThrow(reason);
});

test.each([
  ['', command],
  ['a && hangup apply && b', 'a && b'],
  ['hangup verify', ''],
  ['hangup apply && b', 'b'],
])('%j', (script, result) => {
  if (script === '') expect(withCommand(script, command)).toBe(result);
  else expect(withoutCommand(script)).toBe(result);
});
