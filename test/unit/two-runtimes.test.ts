/** Each patched SDK has a runtime of its own: several copies of hangup watch the same globals and clients of one process. */
import { channel } from 'node:diagnostics_channel';
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SocketLike } from '../../overlays/sockets/socket.ts';
import { barePackage } from '../support/sdk.ts';

async function twoCopies<M>(load: () => Promise<M>): Promise<[M, M]> {
  const one = await load();
  vi.resetModules();
  return [one, await load()];
}

afterEach(() => vi.resetModules());

describe.each([
  ['in order', [1, 0]],
  ['out of order', [0, 1]],
] as const)('dials of two copies that end %s', (_name, order) => {
  it('leave the method that they observe as it was', async () => {
    const copies = await twoCopies(() => import('../../overlays/foreign/dial.ts'));
    const before = Socket.prototype.connect;
    const dials = copies.map(({ Dial }) => new Dial('at once'));
    for (const dial of dials) dial.watch(() => {});
    expect(Socket.prototype.connect).not.toBe(before);
    for (const index of order) dials[index]!.release();
    // One that was left below the other only hands the calls on, until it is used again.
    for (const dial of dials) dial.watch(() => {});
    for (const dial of dials.reverse()) dial.release();
    expect(Socket.prototype.connect).toBe(before);
  });
});

it('two copies see one state of a client, and one set of options', async () => {
  const states = await twoCopies(() => import('../../overlays/client/client-state.ts'));
  const options = await twoCopies(() => import('../../overlays/seams/overlay-options.ts'));
  const client = {};
  const member = { connected: true, closed: false, connections: [], end: vi.fn() };
  states[0].clientState(client).add(member);
  expect(states[1].clientState(client).connected).toBe(true);
  const reset = options[0].coverWith(client, { timeout: 7 }, () => {});
  expect(options[1].optionsOfInstance(client).timeout).toBe(7);
  reset();
  expect(options[1].optionsOfInstance(client).timeout).toBe(2000);
});

it('a client of one copy ends that of another', async () => {
  const [one, two] = await twoCopies(() => import('../../overlays/client/client-state.ts'));
  const outer = one.clientState({});
  outer.add(two.clientState({}));
  expect(await outer.end({ force: true, timeout: 0 }).ended).toMatchObject({ members: [{ name: 'client' }] });
});

it.each(['force', 'abort', 'deadline', 'failed'] as const)(
  'the deadline of one copy forces an end of another for the same reason: %s',
  async (reason) => {
    const [{ Deadline }] = await twoCopies(() => import('../../core/deadline.ts'));
    const { Ladder } = await import('../../core/ladder.ts');
    const newLadder = () =>
      new Ladder({
        name: 'socket',
        steps: () => [{ name: 'close', ask: () => new Promise(() => {}) }],
        force(ended) {
          ended();
          return true;
        },
      });
    expect(newLadder().end(Deadline.spent(reason)).report).toMatchObject({ reason });
    const deadline = new Deadline();
    deadline.add({ timeout: 60_000 });
    const ladder = newLadder().end(deadline);
    expect(ladder.state).toBe('closing');
    deadline.spend(reason);
    expect(ladder.report).toMatchObject({ reason });
  },
);

it('the last resort of one copy forces an end of another that stands inside its own call', async () => {
  const [one] = await twoCopies(() => import('../../core/last-resort.ts'));
  const { Ladder } = await import('../../core/ladder.ts');
  let hasEnded = false;
  const force = vi.fn(() => false);
  const ladder = new Ladder({
    name: 'socket',
    force,
    steps: () => [
      {
        name: 'close',
        ask() {
          one.asLastResort(() => ladder.end({ force: true, timeout: 0 }));
          hasEnded = ladder.report !== undefined;
          return undefined;
        },
      },
    ],
  });
  await ladder.end({ timeout: 1000 }).ended;
  expect(force).toHaveBeenCalledOnce();
  expect(hasEnded).toBe(true);
});

it('overlays of two copies share a class: the last one to go takes the seams off', async () => {
  const [one, two] = await twoCopies(() => import('../../overlays/cartesia/index.ts'));
  const { TTSWS } = createRequire(import.meta.url)(`${barePackage('4.2.0')}/internal/lib/tts/ws.js`);
  const first = one.overlay(TTSWS);
  const second = two.overlay(TTSWS, { timeout: 7 });
  first.undo();
  expect(TTSWS.prototype.disconnect).toBeTypeOf('function');
  second.undo();
  expect(TTSWS.prototype.disconnect).toBeUndefined();
});

it('an open socket of Node that one copy has opened is destroyed by another', async () => {
  const [one] = await twoCopies(() => import('../../overlays/sockets/destroy.ts'));
  const { openDestroyable } = await import('../../overlays/sockets/native.ts');
  const tcp = { destroy: vi.fn(), on() {} };
  // It looks like the socket of Node, which Node 20 does not have, and dials as that one does.
  class NativeSocket extends EventTarget {
    readonly readyState = 1;
    readonly [Symbol.toStringTag] = 'WebSocket';
    close() {}
  }
  const socket = new NativeSocket();
  openDestroyable(() => {
    const request = {};
    channel('undici:request:create').publish({ request });
    channel('undici:client:sendHeaders').publish({ request, socket: tcp });
    return socket as SocketLike;
  });
  socket.dispatchEvent(new Event('open'));
  one.forceClose(socket);
  expect(tcp.destroy).toHaveBeenCalledOnce();
});

describe('errors of another copy', () => {
  it('are told by instanceof, each by its own class and by those above', async () => {
    const [ours, theirs] = await twoCopies(() => import('../../core/errors.ts'));
    const ended = new theirs.StreamEndedError('cut');
    expect(ended instanceof ours.StreamEndedError).toBe(true);
    expect(ended instanceof ours.HangupError).toBe(true);
    expect(ended instanceof ours.DisconnectedError).toBe(false);
    expect(ours.isStreamEnded(ended)).toBe(true);
    const others = [
      [new theirs.DisconnectedError('send()'), 'DisconnectedError'],
      [new theirs.ConnectTimeoutError(5), 'ConnectTimeoutError'],
      [new theirs.ReceiveTimeoutError('first-chunk', 5), 'ReceiveTimeoutError'],
      [new theirs.PatchError('ERR_PATCH_IO', 'a', 'b', 'c'), 'PatchError'],
    ] as const;
    for (const [error, name] of others) {
      expect(error instanceof ours[name]).toBe(true);
      expect(ours.isStreamEnded(error)).toBe(false);
    }
  });

  it('are not told by a code alone, and a subclass of a user tells its own', async () => {
    const [ours, theirs] = await twoCopies(() => import('../../core/errors.ts'));
    class Mine extends ours.StreamEndedError {}
    expect(new theirs.StreamEndedError('cut') instanceof Mine).toBe(false);
    expect(new Mine('cut') instanceof Mine).toBe(true);
    expect(new Mine('cut') instanceof theirs.StreamEndedError).toBe(true);
    const plain = Object.assign(new Error('cut'), { code: 'ERR_STREAM_ENDED' });
    for (const other of [plain, null, undefined, 'ERR_STREAM_ENDED']) expect(ours.isStreamEnded(other)).toBe(false);
  });

  it('have no member that says nothing', async () => {
    const { StreamEndedError } = await import('../../core/errors.ts');
    expect(Object.keys(new StreamEndedError('cut'))).not.toContain('samplesRead');
  });
});
