/**
 * An end that comes in any of the microtasks after a call that connects: nothing is dialled after it, by later calls neither. SDKs wait for a key, an
 * address or an agent before they dial, and a scenario that lets such a wait go on ends long before or long after the dial.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, test } from 'vitest';
import { nameOf, socketCells } from '../../support/cells.ts';
import { dialsTo } from '../../support/dials.ts';
import type { SocketCell } from '../driver.ts';
import { loadConversation } from '../drivers/conversation.ts';
import { drivers } from '../drivers/index.ts';
import { ConversationStage } from '../families/conversation/stage.ts';
import { loadScribe, TranscriptionStage } from '../families/transcription/stage.ts';
import { isFull, isLong, playedOf } from '../played.ts';
import type { Stage } from '../stage.ts';
import { LineStage } from './stage.ts';

/** More than any SDK takes from its call to its dial, when it waits for nothing but promises. */
const microtasks = 24;
const patience = 4_000;

interface Attempt {
  readonly stage: Stage;
  /** Begins to connect. */
  begin(): unknown;
  end(): unknown;
}

/** @param make makes an object that was not connected, and its server */
async function dialsNothingAfter(make: () => Promise<Attempt>): Promise<void> {
  for (let after = 0; after < microtasks; after++) {
    const { stage, begin, end } = await make();
    const { url } = stage.server;
    begin();
    for (let passed = 0; passed < after; passed++) await undefined;
    const before = dialsTo(url);
    await stage.within(Promise.resolve(end()), 'the end');
    await sleep(3);
    assert.equal(dialsTo(url), before, `dialled after an end that came ${after} microtasks after the call`);
    await stage.dispose();
  }
  const { stage, begin, end } = await make();
  const before = dialsTo(stage.server.url);
  begin();
  await stage.until(() => dialsTo(stage.server.url) > before, 'the dial of an attempt that is not ended');
  await end();
  await stage.dispose();
}

const quietly = (promise: Promise<unknown>): void => void promise.catch(() => {});

const cells = socketCells('overlay').filter(({ broken }) => broken === undefined);
const classes = new Set(cells.map(({ target }) => target.className));

/** The cells of a class that are played: one format of each version. */
function cellsOf(className: string): SocketCell[] {
  const ofClass = cells.filter(({ target }) => target.className === className);
  const versions = playedOf([...new Set(ofClass.map(({ version }) => version))]);
  return versions.map((version) => ofClass.findLast((cell) => cell.version === version)!);
}

for (const driver of drivers) {
  for (const cell of driver.classNames.filter((name) => classes.has(name)).flatMap(cellsOf)) {
    // It loads `ws` without a look at anything of the client's afterwards: docs/deepgram.md names the TCP connection.
    if (cell.sdk.name === 'deepgram' && driver.traits.dialsLater) continue;
    describe(nameOf(cell), () => {
      const make = (end: (attempt: ReturnType<LineStage['dial']>) => unknown, again: boolean) => async () => {
        const stage = await LineStage.create(cell, patience);
        await stage.serve();
        let line: ReturnType<LineStage['dial']>;
        if (again) {
          line = await stage.connect();
          await line.target.disconnect(true);
        }
        const begin = () => {
          if (again) quietly(Promise.resolve(line.reconnect()));
          else line = stage.dial();
        };
        const endAndCall = async () => {
          await end(line);
          for (const call of Object.values(line.calls)) quietly(Promise.resolve().then(call));
        };
        return { stage, begin, end: endAndCall };
      };

      test('disconnect(true)', () => dialsNothingAfter(make(({ target }) => target.disconnect(true), false)));

      if (driver.traits.reopens) {
        test('disconnect(true) while it is opened again', () =>
          dialsNothingAfter(make(({ target }) => target.disconnect(true), true)));
      }

      if (isLong || isFull) {
        test('disconnect()', () => dialsNothingAfter(make(({ target }) => target.disconnect(), false)));

        test("the SDK's own close", () => dialsNothingAfter(make((line) => line.close(), false)));
      }
    });
  }
}

describe.each(cellsOf('Conversation'))('$sdk.name $version Conversation with a signed address', (cell) => {
  test.each(['disconnect(true)', 'endSession()'])('%s', async (how) => {
    const Class = await loadConversation(cell);
    await dialsNothingAfter(async () => {
      const stage = new ConversationStage(cell, Class, patience);
      await stage.serve();
      const conversation = stage.make();
      const end = () => (how === 'endSession()' ? conversation.endSession() : conversation.disconnect(true));
      return { stage, begin: () => quietly(conversation.startSession()), end };
    });
  });
});

describe.each(cellsOf('RealtimeConnection'))('$sdk.name $version Scribe, by its client', (cell) => {
  test('disconnect(true)', async () => {
    const Class = await loadScribe(cell);
    await dialsNothingAfter(async () => {
      const stage = new TranscriptionStage(cell, Class, patience);
      await stage.serve();
      const client = stage.client();
      return { stage, begin: () => quietly(stage.connect({ client })), end: () => client.disconnect(true) };
    });
  });
});
