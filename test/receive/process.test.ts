/** The queue in a process of its own: nothing crashes it, and nothing keeps it alive that nobody has asked for. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runProgram } from '../children/run-child.ts';

const run = (name: string) =>
  runProgram(
    join(import.meta.dirname, 'programs/process.ts'),
    { CASE: name, NODE_OPTIONS: '--import tsx', PATH: process.env.PATH! },
    { cap: 20_000 },
  );

describe.concurrent('a process', () => {
  test.each([
    ['unawaited', 'lives on when nobody awaits what fails', ['alive']],
    ['waiting', 'ends while somebody waits who has set no timeout', ['waits']],
    ['timeout', 'waits for a timeout, and is told of it', ['ERR_RECEIVE_TIMEOUT']],
    ['again', 'waits for a timeout after an earlier one was not needed', ['item', 'ERR_RECEIVE_TIMEOUT']],
    ['taken', 'ends when the item has come that had a timeout', ['item']],
    ['left', 'ends when the signal has ended a wait that had a timeout', ['aborted']],
    ['ended', 'ends when the queue has ended a wait that had a timeout', ['ERR_STREAM_ENDED']],
  ])('%s: %s', async (name, _title, said) => {
    expect(await run(name)).toMatchObject({ code: 0, signal: null, said, stderr: '' });
  });

  test('derived: crashes on a promise that the app derives and does not handle, with the whole error', async () => {
    const { code, stderr } = await run('derived');
    expect(code).toBe(1);
    expect(stderr).toMatch(/StreamEndedError: the receive loop crashed.*boom/);
    expect(stderr).toContain('[cause]: Error: boom');
  });
});
