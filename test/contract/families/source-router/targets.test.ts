/**
 * Targets of an overlay, its undo, and the client that ends a `WebSocketWrapper`. The tests run one after another, because an
 * overlay is a state of its class.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import type { Disconnectable } from '../../../../core/disconnectable.ts';
import { wrapperBehind } from '../../../../overlays/cartesia/families/source-router/family.ts';
import { type OverlayOptions, overlay } from '../../../../overlays/cartesia/index.ts';
import { assertPatched } from '../../../../overlays/foreign/mark.ts';
import { loadModule, nameOf, socketCells } from '../../../support/cells.ts';
import type { SocketCell } from '../../driver.ts';
import { loadWrapper, request, sourceRouter, type Wrapper, type WrapperClass } from '../../drivers/source-router.ts';
import { LineStage } from '../../every/stage.ts';
import { isPlayed } from '../../played.ts';
import { apiKey, blackHole, endless } from '../../stage.ts';
import { ask, read, readAll } from './support.ts';

type Run = (stage: LineStage, Class: WrapperClass) => Promise<void>;

/** Runs on the class as its package exports it, which has to be the same again afterwards. */
function cellTest(name: string, cell: SocketCell, run: Run): void {
  test(name, async () => {
    const Class = await loadWrapper(cell);
    const stage = new LineStage(cell, sourceRouter, await sourceRouter.load(cell), 4_000);
    const before = Object.getOwnPropertyDescriptors(Class.prototype);
    try {
      await stage.within(run(stage, Class), name, 15_000);
    } finally {
      await stage.dispose();
    }
    assert.deepStrictEqual(Object.getOwnPropertyDescriptors(Class.prototype), before);
  });
}

async function overlaid(target: object, given: OverlayOptions, run: () => Promise<void>): Promise<void> {
  const { undo } = overlay(target, given);
  try {
    await run();
  } finally {
    undo();
  }
}

const cellsOf = (delivery: 'bare' | 'patched') =>
  socketCells(delivery).filter(
    (cell) => cell.target.family === 'source-router' && cell.broken === undefined && isPlayed(cell),
  );

for (const cell of cellsOf('bare')) {
  describe(`${nameOf(cell)}, overlaid and undone`, () => {
    cellTest('a live connection: streams begun before it end too, also in a read that waits', cell, async (stage) => {
      const line = await stage.open({ chunks: 1, done: false });
      const [cut, dropped] = [await ask(stage, line, 'a'), await ask(stage, line, 'b')];
      for (const source of [cut, dropped]) await stage.within(read(source), 'a read');
      const waiting = read(cut);
      await overlaid(line.target, {}, async () => {
        stage.server.inflict({ kind: 'error-event', withContext: true });
        assert.ok((await stage.within(read(dropped), 'the read')) instanceof Error);
        stage.server.inflict({ kind: 'close', code: 1011 });
        const end = await stage.within(waiting, 'the read that waited');
        assert.equal((end as { closeCode?: number }).closeCode, 1011);
        assert.equal(((await read(cut)) as { closeCode?: number }).closeCode, 1011);
      });
    });

    cellTest(
      'a live connection: a read that waits since before ends quietly with disconnect()',
      cell,
      async (stage) => {
        const line = await stage.open({ chunks: 0, done: false });
        const source = await ask(stage, line);
        const waiting = read(source);
        await overlaid(line.target, {}, async () => {
          const later = read(source);
          await stage.within(line.target.disconnect(true), 'disconnect()');
          assert.deepEqual(await stage.within(Promise.all([waiting, later]), 'the reads'), [0, 0]);
        });
      },
    );

    cellTest('a connection that is open at undo() keeps its seams until it closes', cell, async (stage, Class) => {
      const bare = await stage.open(endless);
      const { prototype } = (await ask(stage, bare)).constructor as { prototype: object };
      const before = Object.getOwnPropertyDescriptors(prototype);
      const { undo } = overlay(Class);
      const line = await stage.connect();
      const end = readAll(await ask(stage, line));
      undo();
      assert.ok(!('connected' in Class.prototype));
      assert.notDeepStrictEqual(Object.getOwnPropertyDescriptors(prototype), before);
      stage.server.inflict({ kind: 'close', code: 1011 });
      assert.equal(((await stage.within(end, 'the end')) as { closeCode?: number }).closeCode, 1011);
      await Promise.all([stage.isGone(line), stage.isGone(bare)]);
      assert.deepStrictEqual(Object.getOwnPropertyDescriptors(prototype), before, 'and the sources are as they were');
    });

    cellTest('a backcompat client leads to the class, and nothing is dialled', cell, async (stage, Class) => {
      const server = await stage.serve();
      const { CartesiaClient } = await loadModule<{ CartesiaClient: new (options: object) => never }>(
        cell,
        'backcompat/index',
      );
      const wrapper = wrapperBehind(new CartesiaClient({ apiKey, baseUrl: server.url }));
      assert.ok(wrapper instanceof Class);
      await overlaid(wrapper, {}, async () => assertPatched(Class as never));
      await stage.settle();
      assert.equal(server.seen.connections.length, 0);
    });

    cellTest('the WebSocket option, which cannot be honoured, is refused', cell, async (_stage, Class) => {
      assert.throws(() => overlay(Class, { WebSocket: class {} as never }), { code: 'ERR_PATCH_WEBSOCKET' });
    });
  });
}

for (const cell of [...cellsOf('bare'), ...cellsOf('patched')]) {
  describe(nameOf(cell), () => {
    cellTest('heartbeat: a black hole ends the stream with its cause', cell, async (stage, Class) => {
      await overlaid(Class, { heartbeat: { interval: 30, timeout: 60 } }, async () => {
        const line = await stage.open(blackHole);
        const end = await stage.within(readAll(await ask(stage, line)), 'the end');
        assert.equal(((end as Error).cause as { code?: string }).code, 'ERR_HEARTBEAT');
        await stage.isGone(line);
      });
    });

    cellTest('disconnect() of the client inside ends it, for good', cell, async (stage, Class) => {
      const server = await stage.serve(endless);
      const { Cartesia } = await loadModule<{ Cartesia: new (options: object) => Disconnectable }>(cell, 'index');
      const client = new Cartesia({ apiKey, baseURL: server.url });
      await overlaid(client, {}, () =>
        overlaid(Class, {}, async () => {
          const ws: Wrapper = new Class(client, {});
          await stage.within(ws.connect(), 'connect()');
          const { source } = await ws.send(request);
          await stage.within(read(source), 'a read');
          const report = await stage.within(client.disconnect(), 'client.disconnect()');
          assert.equal(report.outcome, 'graceful');
          assert.equal(await stage.within(readAll(source), 'the end'), 0);
          await stage.fails(() => ws.connect(), 'connect()', 'ERR_DISCONNECTED');
          assert.equal(server.seen.connections.length, 1);
        }),
      );
    });
  });
}
