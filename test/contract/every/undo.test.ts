/**
 * An app puts an overlay on and takes it off in any order, also while connections are open. Each class plays this from the bare
 * SDK on, and is as published at the end. The tests run one after another, because an overlay is a state of its class.
 */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'vitest';
import { loadOverlay, nameOf, socketCells } from '../../support/cells.ts';
import { membersOfClasses } from '../../support/classes.ts';
import type { Line, SocketCell } from '../driver.ts';
import { drivers } from '../drivers/index.ts';
import { playOn } from '../play.ts';
import { endless, hasHangup } from '../stage.ts';
import { LineStage } from './stage.ts';

const bare = socketCells('bare').filter(({ broken, format }) => broken === undefined && format === 'cjs');
const others = socketCells('bare').filter(({ broken, format }) => broken === undefined && format === 'esm');

/** Ends a line by hangup where it has that, else as the bare SDK does. */
async function ends(stage: LineStage, line: Line): Promise<void> {
  if (hasHangup(line.target)) {
    const { outcome, abandoned } = await stage.within(line.target.disconnect(), 'disconnect()');
    assert.deepEqual([outcome, abandoned], ['graceful', []]);
  } else await stage.within(Promise.resolve(line.close()), 'close()');
  await stage.isGone(line);
}

for (const driver of drivers) {
  for (const className of driver.classNames) {
    const isOf = ({ target }: SocketCell) => target.className === className;
    const cell = bare.findLast(isOf) ?? others.findLast(isOf);
    assert.ok(cell, `${className} has no cell`);
    describe(nameOf(cell), () => {
      let stage: LineStage;
      let overlayOf: Awaited<ReturnType<typeof loadOverlay>>;
      /** A connection of the bare SDK. */
      let first: Line;
      let published: ReturnType<typeof membersOfClasses>;
      const undos: (() => void)[] = [];
      const overlay = ({ target }: Line) => {
        const { undo } = overlayOf(target);
        undos.push(undo);
        return undo;
      };
      const play = (name: string, run: () => Promise<void>) => test(name, () => playOn(stage, run));

      beforeEach(async () => {
        overlayOf = await loadOverlay(cell.sdk);
        stage = new LineStage(cell, driver, await driver.load(cell), 4_000);
        first = await stage.open();
        published = membersOfClasses(first.target);
      });
      afterEach(() => {
        for (const undo of undos.splice(0)) undo();
        assert.deepEqual(membersOfClasses(first.target), published, 'the members of the class');
      });

      play('on, off, and on again: a connection that was open ends, and one from between too', async () => {
        overlay(first)();
        assert.deepEqual(membersOfClasses(first.target), published, 'the members of the class');
        assert.equal(hasHangup(first.target), true, 'an open connection keeps its seams');
        const between = await stage.connect();
        assert.equal(hasHangup(between.target), false, 'a later connection is bare');
        overlay(between);
        for (const line of [first, between, await stage.connect()]) await ends(stage, line);
      });

      play('off while a connection ends, and while a stream goes on', async () => {
        stage.server.behaviour = endless;
        const undo = overlay(first);
        const speaking = await stage.connect();
        const stream = await stage.stream(speaking);
        const ending = first.target.disconnect();
        undo();
        assert.equal((await stage.within(ending, 'disconnect()')).outcome, 'graceful');
        await stage.isGone(first);
        await ends(stage, speaking);
        await stage.endsQuietly(stream);
      });

      play('off during a handshake: the connection opens, and ends', async () => {
        const undo = overlay(first);
        const line = stage.dial();
        undo();
        await stage.within(line.opened, 'the handshake');
        const stream = await stage.stream(line);
        await stage.endsQuietly(stream);
        for (const one of [line, first]) await ends(stage, one);
      });

      for (const order of ['in the order in which they came', 'in the other order']) {
        play(`two overlays that go ${order}: the second to go takes the seams off`, async () => {
          const both = [overlay(first), overlay(first)];
          if (order.endsWith('other order')) both.reverse();
          both[0]!();
          // A second call takes nothing from the overlay that is left.
          both[0]!();
          const covered = await stage.connect();
          assert.equal(hasHangup(covered.target), true, 'the other overlay is in force');
          both[1]!();
          const left = await stage.connect();
          assert.equal(hasHangup(left.target), false, 'no overlay is in force');
          for (const line of [covered, left, first]) await ends(stage, line);
        });
      }

      // The classes of some SDKs fail by themselves when an instance is frozen, and those of AssemblyAI when it is sealed.
      const isFragile = cell.sdk.name === 'assemblyai';
      if (!isFragile)
        play('a connection that is open and sealed ends all the same', async () => {
          Object.seal(first.target);
          overlay(first);
          const line = await stage.connect();
          Object.seal(line.target);
          for (const one of [first, line]) await ends(stage, one);
        });
    });
  }
}
