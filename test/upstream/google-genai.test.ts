/** patches/upstream/ for Google GenAI: the patch fits the published module, and mends what its description says. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, test } from 'vitest';
import { googleGenai } from '../../overlays/google-genai/sdk.ts';
import type { SocketCell } from '../contract/driver.ts';
import type { GenAISdk } from '../contract/drivers/live.ts';
import { LiveStage } from '../contract/families/live/stage.ts';
import { playOn } from '../contract/play.ts';
import { endless } from '../contract/stage.ts';
import { socketCells } from '../support/cells.ts';
import { barePackage, root, runFolderVariable } from '../support/sdk.ts';

const patience = 4_000;
const cell: SocketCell = socketCells('bare').findLast(
  ({ target, format }) => target.className === 'Session' && format === 'esm',
)!;
const folder = join(process.env[runFolderVariable]!, 'upstream/google-genai');
let sdk: GenAISdk;

beforeAll(async () => {
  const bare = barePackage(cell.version, googleGenai);
  const { file } = cell.target.builds.find(({ format }) => format === cell.format)!;
  for (const name of ['package.json', file]) cpSync(join(bare, name), join(folder, name));
  symlinkSync(join(bare, 'node_modules'), join(folder, 'node_modules'));
  const patch = join(root, `patches/upstream/genai-${cell.version}.patch`);
  // As if there were no repository around it: git skips what one ignores.
  const env = { ...process.env, GIT_DIR: join(folder, 'none') };
  execFileSync('git', ['apply', '--whitespace=error', patch], { cwd: folder, env, stdio: 'pipe' });
  sdk = (await import(/* @vite-ignore */ pathToFileURL(join(folder, file)).href)) as GenAISdk;
});

const play = (run: (stage: LiveStage) => Promise<void>) => playOn(new LiveStage(cell, sdk, patience), run);

/** With hangup, these messages come without the key. The SDK as published ends the process. */
test('a message with a key that its class only has a getter for is told, and the session goes on', async () => {
  await play(async (stage) => {
    const { session } = await stage.open();
    stage.server.inflict({ kind: 'text', data: '{"text":"hello"}' });
    await stage.until(() => stage.errors.length > 0, 'the error');
    await stage.goesOn(session);
    assert.equal(stage.errors.length, 1);
  });
});

test('messages that cannot be read do not end the music', async () => {
  await play(async (stage) => {
    const { session } = await stage.music(endless);
    stage.server.inflict({ kind: 'text', data: ['{"serverContent": not json', '{"audioChunk":1}'] });
    await stage.until(() => stage.errors.length > 1, 'the errors');
    session.play();
    await stage.until(() => stage.spoken > 2, 'audio');
    assert.equal(stage.errors.length, 2);
  });
});

test('a message that is not JSON is told, and the session goes on', async () => {
  await play(async (stage) => {
    const { session } = await stage.open();
    stage.server.inflict({ kind: 'text', data: '{"serverContent": not json' });
    await stage.until(() => stage.errors.length > 0, 'the error');
    const [event] = stage.errors;
    assert.ok(event!.error instanceof SyntaxError);
    assert.equal(event!.message, event!.error.message);
    await stage.goesOn(session);
    assert.equal(stage.errors.length, 1);
  });
});

test('without a callback for errors, the message is dropped', async () => {
  await play(async (stage) => {
    const { session } = await stage.open({}, { listen: false });
    stage.server.inflict({ kind: 'text', data: '{' });
    await stage.goesOn(session);
  });
});
