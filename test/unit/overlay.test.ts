import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { marker } from '../../core/symbols.ts';
import { overlay } from '../../overlays/cartesia/index.ts';
import { assertPatched } from '../../overlays/foreign/mark.ts';
import { version } from '../../overlays/version.ts';
import { startVoiceServer } from '../support/voice-server.ts';

interface Loose {
  [name: string]: unknown;
}
interface Socket extends Loose {
  disconnect(force?: boolean): Promise<{ outcome: string; durationMs: number }>;
  send(event: object): Promise<void>;
}
type Client = { tts: { websocket(options: object): Promise<Socket> } };
type Class = (new (client: object, options?: object) => Loose) & { prototype: Loose };

const require = createRequire(import.meta.url);
const { TTSWS } = require('cartesia-4.2.0/resources/tts/ws') as { TTSWS: Class };
const Cartesia = (require('cartesia-4.2.0') as { default: new (options: object) => object }).default;
const bare = Object.getOwnPropertyDescriptors(TTSWS.prototype);

const undos: (() => void)[] = [];
function cover(target: object, options?: object) {
  const { undo } = overlay(target, options);
  undos.push(undo);
  return undo;
}
afterEach(() => {
  for (const undo of undos.splice(0)) undo();
  expect(Object.getOwnPropertyDescriptors(TTSWS.prototype)).toEqual(bare);
});

const client = () => new Cartesia({ apiKey: 'sk_car_TESTKEYdonotprint', baseURL: 'https://127.0.0.1:1' });

describe('overlay() and its targets', () => {
  it('finds the class behind a client, and opens nothing for that', () => {
    cover(client());
    expect(() => assertPatched(TTSWS as never)).not.toThrow();
    expect(Object.hasOwn(Object.prototype, '_contextQueues')).toBe(false);
  });

  it('installs once: every further call only sets options, and the last undo takes it off', () => {
    const first = cover(TTSWS);
    const { send } = TTSWS.prototype;
    const second = cover(client());
    expect(TTSWS.prototype.send).toBe(send);
    first();
    first();
    expect(TTSWS.prototype.send).toBe(send);
    second();
    expect(marker in TTSWS.prototype).toBe(false);
  });

  it.each([
    ['a number', 42],
    ['null', null],
    ['a plain object', {}],
    ['a class of somebody else', class Other {}],
    ['the class of the client', Cartesia],
    ['an arrow function', () => {}],
    ['a client of something else', { tts: { websocket: () => ({}) } }],
  ])('refuses %s: what, why and what to do', (_name, target) => {
    expect(() => overlay(target as object)).toThrow(/^overlay\(\) cannot patch .*: .*\. Hand in a client/);
  });

  it('names a function without a name, and a promise that nobody has awaited', () => {
    expect(() => overlay(require('cartesia-4.2.0') as object)).toThrow(/cannot patch a function without a name: it is/);
    expect(() => overlay(Promise.resolve(client()))).toThrow(/cannot patch a promise: .*Await it first/);
  });

  it('refuses a class that only looks like it', () => {
    class Lookalike {
      _initSocket() {}
    }
    expect(() => overlay(Lookalike)).toThrow(expect.objectContaining({ code: 'ERR_PATCH_TARGET' }));
  });

  it('refuses a frozen class, and changes nothing', () => {
    class Frozen extends (TTSWS as unknown as new () => object) {}
    const copy = Object.defineProperties(Frozen.prototype, bare);
    Object.freeze(copy);
    expect(() => overlay(Frozen)).toThrow(expect.objectContaining({ code: 'ERR_PATCH_FROZEN' }));
    expect(() => overlay(Frozen)).toThrow(/it is frozen or sealed, so `\w+` cannot be added/);
  });

  it('refuses a subclass that overrides send(), accepts one that does not', () => {
    class Loud extends TTSWS {
      send() {}
    }
    class Quiet extends TTSWS {}
    expect(() => overlay(Loud)).toThrow(/cannot patch Loud: it overrides send\(\)/);
    cover(Quiet);
    assertPatched(Quiet as never);
    expect(() => assertPatched(Loud as never)).toThrow(expect.objectContaining({ code: 'ERR_PATCH_FOREIGN' }));
  });

  it('refuses a ws of another copy for a build that has loaded its own', () => {
    class OtherCopy {}
    expect(() => overlay(TTSWS, { WebSocket: OtherCopy as never })).toThrow(
      expect.objectContaining({ code: 'ERR_PATCH_WEBSOCKET' }),
    );
    cover(TTSWS, { WebSocket: (require('ws') as { WebSocket: never }).WebSocket });
  });

  it.each([
    [{ tiemout: 5 }, /unknown option "tiemout"/],
    [{ timeout: -1 }, /-1 is not a number of ms/],
    [{ connectTimeout: Number.NaN }, /NaN is not a number of ms/],
    [{ timeout: Number.POSITIVE_INFINITY }, /Infinity is not a number of ms/],
    [{ timeout: '2s' }, /timeout: "2s" is not a number of ms/],
    [{ heartbeat: { interval: 5 } }, /heartbeat.timeout/],
    [{ heartbeat: { interval: 5, timeout: 5, retries: 1 } }, /unknown option "retries"/],
    [{ WebSocket: 'ws' }, /WebSocket must be a class/],
    ['fast', /not an options object/],
  ])('refuses the options %j', (options, message) => {
    expect(() => overlay(TTSWS, options as object)).toThrow(message);
    expect(() => overlay(TTSWS, options as object)).toThrow(TypeError);
  });

  it('undone while a connection is open: that connection keeps its seams until it closes, also under a new overlay', async () => {
    const server = await startVoiceServer();
    const ours = new Cartesia({ apiKey: 'sk_car_TESTKEYdonotprint', baseURL: server.url }) as {
      tts: {
        websocket(options: object): Promise<Socket>;
      };
    };
    const undo = cover(ours);
    const first = await ours.tts.websocket({ ca: server.ca });
    undo();
    expect('disconnect' in TTSWS.prototype).toBe(false);
    expect('disconnect' in ours).toBe(false);
    const again = cover(ours);
    const second = await ours.tts.websocket({ ca: server.ca });
    expect((await first.disconnect()).outcome).toBe('graceful');
    await expect(first.send({ transcript: 'late' })).rejects.toMatchObject({ code: 'ERR_DISCONNECTED' });
    expect((await second.disconnect(true)).outcome).toBe('forced');
    again();
    await server.close();
  });

  it('undone in any order: what is still in force stays, what is not leaves nothing behind', async () => {
    const server = await startVoiceServer({ onClose: 'ignore' });
    const ours = new Cartesia({ apiKey: 'k', baseURL: server.url }) as {
      tts: { websocket(options: object): Promise<Socket> };
    };
    const first = cover(ours, { timeout: 30 });
    const second = cover(ours, { timeout: 60, connectTimeout: undefined });
    first();
    expect('disconnect' in ours).toBe(true);
    const ws = await ours.tts.websocket({ ca: server.ca });
    const { durationMs } = await ws.disconnect();
    expect(durationMs).toBeGreaterThanOrEqual(59);
    second();
    expect('disconnect' in ours).toBe(false);
    await server.close();
  });

  it('undone while a frozen connection is open: that one is bare then, and nothing is left half done', async () => {
    const server = await startVoiceServer();
    const ours = new Cartesia({ apiKey: 'k', baseURL: server.url }) as Client;
    const undo = cover(ours);
    const frozen = Object.freeze(await ours.tts.websocket({ ca: server.ca }));
    const other = await ours.tts.websocket({ ca: server.ca });
    undo();
    expect('disconnect' in frozen).toBe(false);
    expect('disconnect' in ours).toBe(false);
    expect((await other.disconnect()).outcome).toBe('graceful');
    (frozen.socket as { close(): void }).close();
    await server.close();
  });

  it('members of an app on a connection win, also after the undo', async () => {
    const server = await startVoiceServer();
    const ours = new Cartesia({ apiKey: 'k', baseURL: server.url }) as Client;
    const undo = cover(ours);
    class Mine extends TTSWS {
      constructor(client: object, options: object) {
        super(client, options);
        // As TypeScript writes a field for targets below ES2022.
        this.connected = 'mine';
      }
    }
    const ws = new Mine(ours, { ca: server.ca }) as Socket;
    await (ws as unknown as { connect(): Promise<void> }).connect();
    expect(ws.connected).toBe('mine');
    undo();
    expect(ws.connected).toBe('mine');
    expect((await ws.disconnect()).outcome).toBe('graceful');
    await server.close();
  });

  it.each([undefined, true] as const)(
    'a client that has connections from before: disconnect(%s) never says graceful about one that it has not met',
    async (force) => {
      const server = await startVoiceServer();
      const ours = new Cartesia({ apiKey: 'k', baseURL: server.url }) as Client & Pick<Socket, 'disconnect'>;
      const ws = await ours.tts.websocket({ ca: server.ca });
      cover(ours);
      const report = await ours.disconnect(force);
      expect(report).toMatchObject({ outcome: 'forced', abandoned: ['client › connection opened before overlay()'] });
      expect((await ws.disconnect()).outcome).toBe('graceful');
      await server.close();
    },
  );

  it('a client that has connections from before ends those that were used or handed in since', async () => {
    const server = await startVoiceServer();
    const ours = new Cartesia({ apiKey: 'k', baseURL: server.url }) as Client & Pick<Socket, 'disconnect'>;
    const used = await ours.tts.websocket({ ca: server.ca });
    const handedIn = await ours.tts.websocket({ ca: server.ca });
    cover(ours);
    await used.send({ transcript: 'x' });
    cover(handedIn);
    expect(await ours.disconnect()).toMatchObject({ outcome: 'graceful', abandoned: [] });
    await vi.waitUntil(() => server.seen.connections.every(({ ended }) => ended));
    await server.close();
  });

  it('warns through the process when the patch is of another version', () => {
    const undo = cover(TTSWS);
    const mark = (TTSWS.prototype as { [marker]: { version: string } })[marker];
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    mark.version = '0.0.1';
    cover(TTSWS)();
    mark.version = version;
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      `hangup: version ${version} meets a patch made by version 0.0.1, and uses that; run "npx hangup apply"`,
      'HangupWarning',
    );
    warn.mockRestore();
    undo();
  });

  it('takes a version that it does not know by its shape, and warns of it once', () => {
    const app = mkdtempSync(join(tmpdir(), 'hangup-version-'));
    const sdk = join(app, 'node_modules/@cartesia/cartesia-js');
    mkdirSync(sdk, { recursive: true });
    writeFileSync(join(sdk, 'index.js'), '');
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const [, main] = process.argv;
    process.argv[1] = join(app, 'app.js');
    for (const version of ['4.2.0', '9.9.9']) {
      writeFileSync(join(sdk, 'package.json'), JSON.stringify({ name: '@cartesia/cartesia-js', version }));
      for (const target of [TTSWS, client()]) cover(target)();
    }
    process.argv[1] = main!;
    expect(warn.mock.calls.map(([text]) => text)).toEqual([
      `hangup: @cartesia/cartesia-js 9.9.9 is not one of the versions that hangup ${version} is tested with; its classes look the same, so overlay() takes it`,
    ]);
    warn.mockRestore();
    rmSync(app, { recursive: true });
  });

  it('covers a frozen client too: what it changes is the class', () => {
    const frozen = Object.freeze(client()) as { disconnect?: unknown };
    const undo = cover(frozen, { timeout: 60 });
    expect(typeof frozen.disconnect).toBe('function');
    undo();
    expect(frozen.disconnect).toBeUndefined();
  });

  it('a new connection opened after the undo is bare, also while an old one still has its seams', async () => {
    const server = await startVoiceServer();
    const ours = new Cartesia({ apiKey: 'k', baseURL: server.url }) as {
      tts: { websocket(options: object): Promise<Socket> };
    };
    const undo = cover(ours);
    const old = await ours.tts.websocket({ ca: server.ca });
    undo();
    const bareSocket = (await ours.tts.websocket({ ca: server.ca })) as Socket & {
      context(options: object): { push(options: object): Promise<void> };
      socket: { close(): void };
    };
    await bareSocket.context({}).push({ transcript: 'x' });
    expect(Object.hasOwn(bareSocket.socket, 'close')).toBe(false);
    bareSocket.socket.close();
    await old.disconnect();
    await server.close();
  });
});

describe('assertPatched()', () => {
  it('refuses the bare class, a forged mark, and what is no class', () => {
    expect(() => assertPatched(TTSWS as never)).toThrow(expect.objectContaining({ code: 'ERR_PATCH_MISSING' }));
    expect(() => assertPatched(TTSWS as never)).toThrow('remove the caches of your bundler (node_modules/.vite,');
    expect(() => assertPatched(42 as never)).toThrow(TypeError);
    expect(() => assertPatched((() => {}) as never)).toThrow(TypeError);
    const undo = cover(TTSWS);
    const send = vi.spyOn(TTSWS.prototype as { send: () => unknown }, 'send');
    expect(() => assertPatched(TTSWS as never)).toThrow(/only marked as patched: send/);
    send.mockRestore();
    undo();
  });
});

it('the version in the code is the one of the package', () => {
  expect(version).toBe((require('../../package.json') as { version: string }).version);
});
