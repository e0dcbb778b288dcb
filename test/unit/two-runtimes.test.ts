/** Each patched SDK has a runtime of its own: several copies of hangup watch the same globals and clients of one process. */
import { Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';

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
  expect(options[1].optionsFor(client).timeout).toBe(7);
  reset();
  expect(options[1].optionsFor(client).timeout).toBe(2000);
});

it('a client of one copy ends a connection of another, with the same reason', async () => {
  const [one, two] = await twoCopies(() => import('../../overlays/client/client-state.ts'));
  const outer = one.clientState({});
  outer.add(two.clientState({}));
  expect(await outer.end({ force: true, timeout: 0 }).ended).toMatchObject({ members: [{ name: 'client' }] });
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
