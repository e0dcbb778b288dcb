/** Targets of an overlay, and its undo. The tests run one after another, because an overlay is a state of its class. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, test } from 'vitest';
import { WebSocket as Ws } from 'ws';
import { marker } from '../../../../core/symbols.ts';
import { client as clientFamily } from '../../../../overlays/cartesia/families/client/family.ts';
import { overlay } from '../../../../overlays/cartesia/index.ts';
import { targets } from '../../../../overlays/cartesia/targets.ts';
import { assertPatched } from '../../../../overlays/foreign/mark.ts';
import { barePackage, type Format, formats, patchedPackage } from '../../../support/sdk.ts';
import { type EventStreamSocket, type Mode, parameters } from '../../drivers/event-stream-sdk.ts';
import { playedOf } from '../../played.ts';
import { apiKey, endless } from '../../stage.ts';
import { StreamStage } from './stage.ts';

const { versions } = targets.find(({ family }) => family === 'event-stream')!;

type Class = (new (client: object, parameters: object, options?: object) => EventStreamSocket) & { prototype: object };

const require = createRequire(import.meta.url);
const load = (folder: string, file: string, format: Format): Promise<Record<string, never>> =>
  format === 'cjs'
    ? Promise.resolve(require(join(folder, `${file}.js`)))
    : import(/* @vite-ignore */ pathToFileURL(join(folder, `${file}.mjs`)).href);

async function classesOf(folder: string, format: Format): Promise<Class[]> {
  const found = targets.filter(({ family }) => family === 'event-stream');
  return Promise.all(
    found.map(async ({ builds, className }) => {
      const { file } = builds.find((build) => build.format === format)!;
      return (await load(folder, file.replace(/\.m?js$/, ''), format))[className]!;
    }),
  );
}

const hasNone = typeof WebSocket === 'undefined';

for (const format of formats) {
  for (const version of playedOf(versions)) {
    test(`${version} ${format}: a client leads to the classes of its STT sockets, without dialling, and back`, async () => {
      const classes = await classesOf(barePackage(version), format);
      const { Cartesia } = (await load(barePackage(version), 'index', format)) as never as {
        Cartesia: new (options: object) => { stt: Record<string, object> };
      };
      const client = new Cartesia({ apiKey, baseURL: 'https://127.0.0.1:1' });
      const resources = Object.values(client.stt).map((resource) => Object.getPrototypeOf(resource) as object);
      const objects = [...classes.map(({ prototype }) => prototype), ...resources];
      const before = objects.map((object) => Object.getOwnPropertyDescriptors(object));
      const { undo } = overlay(client);
      for (const Class of classes) assertPatched(Class);
      undo();
      assert.deepEqual(
        objects.map((object) => Object.getOwnPropertyDescriptors(object)),
        before,
      );
      for (const Class of classes) assert.ok(!(marker in Class.prototype));
      assert.ok(!Object.hasOwn(Object.prototype, '_isReconnecting'));
      assert.equal(typeof WebSocket === 'undefined', hasNone);
    });

    test(`${version} ${format}: the patched classes are known as patched`, async () => {
      for (const Class of await classesOf(patchedPackage(version), format)) assertPatched(Class);
    });
  }

  test.each(['3.0.0', '3.1.0'])(
    `%s ${format}: has no such sockets, and its client is overlaid all the same`,
    async (version) => {
      const { Cartesia } = (await load(barePackage(version), 'index', format)) as never as {
        Cartesia: new (options: object) => object;
      };
      const client = new Cartesia({ apiKey });
      assert.equal(clientFamily.connectionsBehind?.(client as never).length, 1);
      overlay(client).undo();
    },
  );
}

describe.each(['auto', 'manual'] as const)('4.2.0 cjs %s', (mode) => {
  const index = mode === 'auto' ? 0 : 1;
  const bare = async (run: (stage: StreamStage, Class: Class) => Promise<void>) => {
    const stage = await StreamStage.create({ version: '4.2.0', format: 'cjs', delivery: 'bare' }, mode as Mode, 4_000);
    try {
      await run(stage, (await classesOf(barePackage('4.2.0'), 'cjs'))[index]!);
    } finally {
      await stage.dispose();
    }
  };

  test('a live connection: an iterator begun before it ends too', () =>
    bare(async (stage) => {
      const ws = await stage.live({ ...endless, onClose: 'ignore' });
      const reader = stage.read(ws);
      stage.say(ws);
      await stage.transcripts(reader, 1);
      const { undo } = overlay(ws);
      await stage.within(ws.disconnect(true), 'disconnect()');
      assert.equal((await stage.closes(reader)).code, 1006);
      assert.throws(() => ws.sendRaw(new Uint8Array(1)), { code: 'ERR_DISCONNECTED' });
      undo();
    }));

  test('undone while a connection is open: that one keeps its seams until it closes', () =>
    bare(async (stage, Class) => {
      const { undo } = overlay(Class);
      const ws = await stage.live({ onClose: 'ignore' });
      undo();
      assert.ok(!('disconnect' in Class.prototype));
      assert.equal((await stage.within(ws.disconnect({ timeout: 50 }), 'disconnect()')).outcome, 'forced');
    }));

  test('WebSocket: the ws that the build has loaded, and no other copy', () =>
    bare(async (_stage, Class) => {
      class OtherCopy {}
      assert.throws(() => overlay(Class, { WebSocket: OtherCopy as never }), { code: 'ERR_PATCH_WEBSOCKET' });
      overlay(Class, { WebSocket: Ws }).undo();
    }));
});

test('esm: WebSocket, the class that a build without ws uses', async () => {
  class Mine extends Ws {}
  const stage = await StreamStage.create({ version: '4.2.0', format: 'esm', delivery: 'bare' }, 'auto', 4_000);
  await stage.serve();
  const client = stage.sttClient();
  const { undo } = overlay(client, { WebSocket: Mine });
  try {
    assert.ok(stage.transcribe({ client }).socket.platformSocket instanceof Mine);
  } finally {
    await stage.dispose();
    undo();
  }
});

test('esm: a constructor called without the client cannot be helped where there is no global WebSocket', async () => {
  const [Class] = await classesOf(barePackage('4.2.0'), 'esm');
  const { undo } = overlay(Class!);
  if (hasNone) assert.throws(() => new Class!({}, parameters), /requires the "ws" package/);
  undo();
});
