/**
 * A class, a client and a live connection can be overlaid, with options, and the overlay can be undone.
 * The tests run one after another, because an overlay is a state of its class.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Disconnectable } from '../../../../core/disconnectable.ts';
import { type OverlayOptions, overlay } from '../../../../overlays/cartesia/index.ts';
import { type Cell, type Delivery, formats, loadSdk, type Sdk, versions } from '../../../support/sdk.ts';
import type { Greeting } from '../../../support/voice-server.ts';
import { playedOf } from '../../played.ts';
import { blackHole, endless } from '../../stage.ts';
import { speech, type VoiceSocket, VoiceStage } from './stage.ts';

for (const version of playedOf(versions)) {
  for (const format of formats) {
    describe(`${version} ${format} overlay`, () => {
      targets({ version, format, delivery: 'overlay' });
      options({ version, format, delivery: 'overlay' });
    });
    describe(`${version} ${format} patched`, () => options({ version, format, delivery: 'patched' }));
  }
}

/** Runs on the class as its package exports it: bare, or patched on disk. */
function cellTest(name: string, cell: Cell, run: (stage: VoiceStage, sdk: Sdk) => Promise<void>): void {
  test(name, async () => {
    const delivery: Delivery = cell.delivery === 'overlay' ? 'bare' : cell.delivery;
    const sdk = await loadSdk({ ...cell, delivery });
    const stage = new VoiceStage(cell, sdk, 4_000);
    const before = shape(sdk.TTSWS);
    try {
      await stage.within(run(stage, sdk), name, 15_000);
    } finally {
      await stage.dispose();
    }
    assert.deepStrictEqual(shape(sdk.TTSWS), before, 'the class must be as it was, to the last property descriptor');
  });
}

/** Own property descriptors of the class, its prototype and what they inherit from; functions compare by identity. */
function shape(Class: Sdk['TTSWS']): object[] {
  const found: object[] = [];
  for (const start of [Class, Class.prototype]) {
    for (let object = start; object !== Function.prototype && object !== Object.prototype; ) {
      found.push(Object.getOwnPropertyDescriptors(object));
      object = Object.getPrototypeOf(object) as object;
    }
  }
  return found;
}

async function overlaid(target: object, given: OverlayOptions, run: () => Promise<void>): Promise<void> {
  const { undo } = overlay(target, given);
  try {
    await run();
  } finally {
    undo();
  }
}

function targets(cell: Cell): void {
  cellTest('a class: overlay() returns it, and undo() restores it exactly', cell, async (_stage, sdk) => {
    const before = shape(sdk.TTSWS);
    const { target, undo } = overlay(sdk.TTSWS);
    assert.equal(target, sdk.TTSWS);
    assert.ok('disconnect' in sdk.TTSWS.prototype);
    undo();
    assert.deepStrictEqual(shape(sdk.TTSWS), before);
    undo();
    assert.deepStrictEqual(shape(sdk.TTSWS), before, 'a second undo() changes nothing');
  });

  cellTest('a class twice: applied once, and off after the last undo()', cell, async (stage, sdk) => {
    const first = overlay(sdk.TTSWS);
    const once = shape(sdk.TTSWS);
    const second = overlay(sdk.TTSWS);
    assert.deepStrictEqual(shape(sdk.TTSWS), once);
    first.undo();
    const ws = await stage.open();
    await stage.hangUp(ws);
    second.undo();
    assert.ok(!('disconnect' in sdk.TTSWS.prototype));
  });

  cellTest('a connection that is open at undo() keeps its disconnect() until it closes', cell, async (stage, sdk) => {
    const { undo } = overlay(sdk.TTSWS);
    const ws = await stage.open(endless);
    const stream = await stage.speak(ws, 'a');
    await stream.chunks(1);
    undo();
    stage.server.inflict({ kind: 'close', code: 1011 });
    await stage.endsWith(stream, 'ERR_STREAM_ENDED');
  });

  cellTest('a client: covered from its first connect on, found without dialling', cell, async (stage) => {
    await stage.serve(endless);
    const client = stage.client();
    await overlaid(client, {}, async () => {
      await stage.settle();
      assert.equal(stage.server.seen.connections.length, 0);
      const sockets = [
        await client.tts.websocket({ ca: stage.server.ca }),
        await client.tts.websocket({ ca: stage.server.ca }),
      ];
      const streams = await Promise.all(sockets.map((ws, index) => stage.speak(ws, `c${index}`)));
      await Promise.all(streams.map((stream) => stream.chunks(1)));
      const report = await stage.within((client as typeof client & Disconnectable).disconnect(), 'client.disconnect()');
      assert.equal(report.outcome, 'graceful');
      for (const stream of streams) await stage.endsQuietly(stream);
      for (const ws of sockets) await stage.isGone(ws);
      assert.equal(stage.server.seen.connections.length, 2);
    });
  });

  cellTest('a client: its disconnect(true) ends sockets in a black hole', cell, async (stage) => {
    await stage.serve({ ...endless, fault: { kind: 'black-hole' }, faultAfter: 1 });
    const client = stage.client();
    await overlaid(client, {}, async () => {
      const ws = await client.tts.websocket({ ca: stage.server.ca });
      const stream = await stage.speak(ws, 'a');
      await stream.chunks(1);
      const report = await stage.within((client as typeof client & Disconnectable).disconnect(true), 'disconnect()');
      assert.equal(report.outcome, 'forced');
      await stage.endsQuietly(stream);
      await stage.isGone(ws);
    });
  });

  // The bare ESM build cannot connect on Node 20, so it has no live connection to overlay.
  if (cell.format === 'cjs') {
    cellTest('a live connection: loops begun before it end too', cell, async (stage) => {
      const ws = await stage.open(endless);
      const received = await stage.speak(ws, 'r');
      const generated = stage.consume(ws.generate({ ...speech, transcript: 'hello', context_id: 'g' }));
      await Promise.all([received.chunks(1), generated.chunks(1)]);
      await overlaid(ws, {}, async () => {
        await stage.hangUp(ws);
        await stage.within(Promise.all([received.ended, generated.ended]), 'the end of the loops');
        await stage.isGone(ws);
      });
    });

    cellTest('a live connection: a server drop ends loops begun before it with an error', cell, async (stage) => {
      const ws = await stage.open(endless);
      const received = await stage.speak(ws, 'r');
      const generated = stage.consume(ws.generate({ ...speech, transcript: 'hello', context_id: 'g' }));
      await Promise.all([received.chunks(1), generated.chunks(1)]);
      await overlaid(ws, {}, async () => {
        stage.server.inflict({ kind: 'close', code: 1011 });
        await stage.endsWith(received);
        await stage.endsWith(generated);
      });
    });
  }

  cellTest('what cannot be overlaid is refused and left alone', cell, async () => {
    for (const target of [{}, class {}, () => {}, new Map()]) {
      assert.throws(
        () => overlay(target),
        (error: { code?: string }) => /^ERR_PATCH_/.test(error.code ?? ''),
      );
    }
  });

  cellTest('globalThis.WebSocket is left as it was by a connect', cell, async (stage, sdk) => {
    const before = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket');
    await overlaid(sdk.TTSWS, {}, async () => {
      await stage.open();
      assert.deepEqual(Object.getOwnPropertyDescriptor(globalThis, 'WebSocket'), before);
    });
  });

  if (cell.format === 'esm') {
    cellTest('WebSocket: the class that a build without ws uses', cell, async (stage, sdk) => {
      class Mine extends WebSocket {}
      await overlaid(sdk.TTSWS, { WebSocket: Mine }, async () => {
        assert.ok((await stage.open()).socket instanceof Mine);
      });
    });
  }
}

function options(cell: Cell): void {
  cellTest('unknown and invalid options throw TypeError and change nothing', cell, async (_stage, sdk) => {
    const wrong: unknown[] = [
      { tiemout: 1 },
      { timeout: -1 },
      { timeout: Number.NaN },
      { timeout: Number.POSITIVE_INFINITY },
      { connectTimeout: '1' },
      { heartbeat: { interval: -1, timeout: 1 } },
      { heartbeat: { interval: 1 } },
      { heartbeat: { interval: 1, timeout: 1, retries: 3 } },
      { WebSocket: 'ws' },
    ];
    for (const given of wrong) {
      assert.throws(() => overlay(sdk.TTSWS, given as OverlayOptions), TypeError, JSON.stringify(given));
    }
  });

  cellTest('timeout: the default budget of disconnect()', cell, async (stage, sdk) => {
    await overlaid(sdk.TTSWS, { timeout: 100 }, async () => {
      const ws = await stage.open({ onClose: 'ignore' });
      const report = await stage.hangUp(ws);
      assert.equal(report?.outcome, 'forced');
      assert.ok(report.durationMs < 1_000, `${report.durationMs} ms`);
    });
  });

  // Waiting for limits is slow.
  if (cell.version !== versions.at(-1)) return;

  cellTest(
    'connectTimeout: a stalled handshake rejects, leaves nothing and is not retried',
    cell,
    async (stage, sdk) => {
      await overlaid(sdk.TTSWS, { connectTimeout: 200 }, async () => {
        const stalled = async (greeting: Greeting) => {
          const server = await stage.serve({ greeting });
          const connecting = stage.client(server.url).tts.websocket({ ca: server.ca });
          const error = await stage.rejects(connecting, 'ERR_CONNECT_TIMEOUT');
          assert.equal(error.timeout, 200);
          await stage.settle();
          assert.equal(server.seen.connections.length, 1);
        };
        await Promise.all([stalled('tcp-silence'), stalled('tls-stall'), stalled('upgrade-stall')]);
      });
    },
  );

  cellTest(
    'heartbeat: a black hole ends the stream with a cause, a healthy peer is left alone',
    cell,
    async (stage, sdk) => {
      await overlaid(sdk.TTSWS, { heartbeat: { interval: 50, timeout: 100 } }, async () => {
        const healthy = await stage.open({ fault: { kind: 'silence' } });
        const silent = await stage.speak(healthy, 'silent');
        const dead = await stage.serve(blackHole);
        const ws = (await stage.client(dead.url).tts.websocket({ ca: dead.ca })) as VoiceSocket;
        const error = await stage.endsWith(await stage.speak(ws, 'a'), 'ERR_STREAM_ENDED');
        assert.ok(error.cause instanceof Error, 'it says why');
        await stage.isGone(ws);
        assert.equal(healthy.connected, true);
        await stage.hangUp(healthy, true);
        await stage.endsQuietly(silent);
      });
    },
  );
}
