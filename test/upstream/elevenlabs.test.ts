/** patches/upstream/ for ElevenLabs: the patch fits the published module, and mends what its description says. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, test } from 'vitest';
import { elevenlabs } from '../../overlays/elevenlabs/sdk.ts';
import type { SocketCell } from '../contract/driver.ts';
import type { ConversationClass } from '../contract/drivers/conversation.ts';
import { conversations } from '../contract/families/conversation/index.ts';
import { ConversationStage, signing } from '../contract/families/conversation/stage.ts';
import { playOn } from '../contract/play.ts';
import { socketCells } from '../support/cells.ts';
import { barePackage, root, runFolderVariable } from '../support/sdk.ts';

const patience = 4_000;
const cell: SocketCell = socketCells('bare').findLast(({ target }) => target.className === 'Conversation')!;
const folder = join(process.env[runFolderVariable]!, 'upstream/elevenlabs');
let Class: ConversationClass;

beforeAll(() => {
  const bare = barePackage(cell.version, elevenlabs);
  const isUsed = (path: string) => !path.endsWith('.d.ts') && path !== join(bare, 'dist');
  cpSync(bare, folder, { recursive: true, filter: isUsed });
  const patch = join(root, `patches/upstream/elevenlabs-js-${cell.version}.patch`);
  // As if there were no repository around it: git skips what one ignores.
  const env = { ...process.env, GIT_DIR: join(folder, 'none') };
  execFileSync('git', ['apply', '--whitespace=error', patch], { cwd: folder, env, stdio: 'pipe' });
  const module = createRequire(import.meta.url)(join(folder, cell.target.builds[0]!.file));
  Class = (module as { Conversation: ConversationClass }).Conversation;
});

const play = (run: (stage: ConversationStage) => Promise<void>) =>
  playOn(new ConversationStage(cell, Class, patience), run);

/** Scenarios of the contract, in which the SDK as published fails. */
const mended = [
  'stopped-after-close-1000',
  'stopped-after-close-1011',
  'stopped-after-a-tcp-reset',
  'stopped-by-end-session',
  'end-session-told-once',
  'end-session-after-a-drop',
];

test.each(mended)('the scenario %s passes', async (id) => {
  await play(conversations.scenarios.find((one) => one.id === id)!.run);
});

test.each(['while the signed URL is fetched', 'before'])('endSession() %s: nothing is dialled', async (when) => {
  await play(async (stage) => {
    await stage.serve();
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const conversationClient = signing(async () => {
      await opened;
      return stage.signedUrl;
    });
    const conversation = stage.make({ options: { conversationClient } });
    if (when === 'before') conversation.endSession();
    const starting = conversation.startSession();
    starting.catch(() => {});
    conversation.endSession();
    open();
    const { message } = await stage.fails(() => starting, 'startSession()');
    assert.equal(message, 'Session has ended');
    await stage.dialled(0);
  });
});
