/** An app overlays a client when it has opened connections: no report says graceful about one that it leaves open. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'vitest';
import type { DisconnectReport } from '../../../core/disconnectable.ts';
import { loadOverlay, nameOf } from '../../support/cells.ts';
import { playOn } from '../play.ts';
import type { Caller } from './driver.ts';
import { bareCells, driverOf } from './drivers.ts';
import { RequestStage } from './stage.ts';

const early = 'connection opened before overlay()';

function namesIt({ outcome, abandoned }: DisconnectReport, connections = 1): void {
  const names = abandoned.map((path) => path.split(' › ').at(-1));
  assert.deepEqual([outcome, names], ['forced', Array(connections).fill(early)]);
}

/** A bare client of Cartesia 1.x connects with Node's own WebSocket only, which Node 20 does not have. */
const cells = bareCells.filter(({ target }) => target.family !== 'nested-client');

for (const cell of cells) {
  describe(nameOf(cell), () => {
    let stage: RequestStage;
    let overlayOf: Awaited<ReturnType<typeof loadOverlay>>;
    const undos: (() => void)[] = [];
    const overlay = ({ client, classes = [] }: Pick<Caller, 'client' | 'classes'>) => {
      for (const target of [client, ...classes]) undos.push(overlayOf(target).undo);
    };
    const connect = async (caller: Caller) => {
      await stage.prepared(caller.connect(stage.server), 'the connection');
      return caller;
    };
    const disconnect = ({ client }: Caller, force?: boolean) => stage.within(client.disconnect(force), 'disconnect()');

    beforeEach(async () => {
      overlayOf = await loadOverlay(cell.sdk);
      stage = await RequestStage.create(cell, 4_000);
    });
    afterEach(() => {
      for (const undo of undos.splice(0).reverse()) undo();
    });

    test.each([undefined, true])('disconnect(%s) names a connection that the client has opened before', (force) =>
      playOn(stage, async () => {
        const caller = await connect(await stage.connecting({}));
        overlay(caller);
        namesIt(await disconnect(caller, force));
      }),
    );

    test.skipIf(driverOf(cell).isNative === true)('it names a handshake that was under way', () =>
      playOn(stage, async () => {
        const caller = await stage.connecting({}, { upgradeDelay: 400 });
        const connecting = caller.connect(stage.server);
        await stage.ready(() => stage.server.seen.upgrades > 0, 'the handshake');
        overlay(caller);
        namesIt(await disconnect(caller));
        await stage.within(connecting, 'the connection');
      }),
    );

    test('it says graceful when that connection has ended', () =>
      playOn(stage, async () => {
        const caller = await connect(await stage.connecting({}));
        overlay(caller);
        stage.server.inflict({ kind: 'close', code: 1000 });
        await stage.serverSeesTheEnd();
        stage.reported(await disconnect(caller), 'graceful');
      }));

    test('the client was never handed in, but another one: a connection ends or is named, from before and from after', () =>
      playOn(stage, async () => {
        const first = await stage.connecting({});
        const second = await connect(stage.connectingTo(stage.server));
        overlay(first);
        const third = await connect(stage.connectingTo(stage.server));
        await connect(second);
        await disconnect(third);
        const report = await disconnect(second);
        await stage.settle();
        const open = stage.server.seen.connections.filter(({ ended }) => !ended).length;
        assert.notEqual(open, 0, 'the connection from before overlay() goes on');
        namesIt(report, open);
      }));

    test('overlaid twice, with a connection between: it is named', () =>
      playOn(stage, async () => {
        const caller = await stage.connecting({});
        overlay(caller);
        for (const undo of undos.splice(0).reverse()) undo();
        await connect(caller);
        overlay(caller);
        namesIt(await disconnect(caller));
      }));

    // Such an app overlays the class of the connections by itself.
    test('the class of its connections was overlaid before it: a connection is named all the same', () =>
      playOn(stage, async () => {
        const caller = await stage.connecting({});
        if (caller.classes === undefined) return;
        overlay({ client: caller.classes[0] as never });
        await connect(caller);
        overlay(caller);
        namesIt(await disconnect(caller));
      }));
  });
}
