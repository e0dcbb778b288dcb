/** An app puts the overlay of a client on and takes it off, also while its requests and connections go on. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'vitest';
import { loadOverlay, nameOf } from '../../support/cells.ts';
import { membersOfClasses } from '../../support/classes.ts';
import { playOn } from '../play.ts';
import { hasHangup } from '../stage.ts';
import type { Caller } from './driver.ts';
import { bareCells } from './drivers.ts';
import { RequestStage } from './stage.ts';

for (const cell of bareCells) {
  describe(nameOf(cell), () => {
    let stage: RequestStage;
    let overlayOf: Awaited<ReturnType<typeof loadOverlay>>;
    const undos: (() => void)[] = [];
    const overlay = ({ client, classes = [] }: Caller) => {
      const overlays = [client, ...classes].map((target) => overlayOf(target));
      const undo = () => {
        for (const { undo } of overlays) undo();
      };
      undos.push(undo);
      return undo;
    };

    beforeEach(async () => {
      overlayOf = await loadOverlay(cell.sdk);
      stage = await RequestStage.create(cell, 4_000);
    });
    afterEach(() => {
      for (const undo of undos.splice(0)) undo();
    });

    test('on, off, and on again: a request that goes on ends', () =>
      playOn(stage, async () => {
        const caller = await stage.answer('no-headers');
        const published = membersOfClasses(caller.client);
        const undo = overlay(caller);
        const call = stage.follow(caller.calls.list());
        await stage.underWay();
        undo();
        assert.deepEqual(membersOfClasses(caller.client), published, 'the members of the class');
        assert.equal(hasHangup(caller.client), false);
        overlay(caller);
        stage.reported(await stage.within(caller.client.disconnect(), 'disconnect()'), 'graceful');
        await stage.endsAsDisconnected(call);
        await stage.endsAsDisconnected(stage.follow(caller.calls.list()));
      }));

    test('on, off, and on again: a connection that is open ends', () =>
      playOn(stage, async () => {
        const caller = await stage.connecting({});
        const undo = overlay(caller);
        await stage.prepared(caller.connect(stage.server), 'the connection');
        undo();
        overlay(caller);
        assert.equal(caller.client.connected, true, 'the client knows no connection');
        stage.reported(await stage.within(caller.client.disconnect(), 'disconnect()'), 'graceful');
        await stage.serverSeesTheEnd();
      }));

    // The class of any other client does not lead to those of its connections: overlay() refuses it.
    if (!['deepgram', 'openai'].includes(cell.sdk.name)) return;
    test('the options of its class are those of a client', () =>
      playOn(stage, async () => {
        const { client } = await stage.answer('no-headers');
        undos.push(overlayOf(client.constructor, { timeout: 0 }).undo);
        const caller = stage.another();
        const call = stage.follow(caller.calls.list());
        await stage.underWay();
        const { outcome } = await stage.within(caller.client.disconnect(), 'disconnect()');
        assert.equal(outcome, 'forced');
        await stage.endsAsDisconnected(call);
      }));
  });
}
