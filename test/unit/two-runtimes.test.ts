/** Each patched SDK has a runtime of its own: several copies of hangup watch the same globals of one process. */
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
] as const)('watches of two copies that end %s', (_name, order) => {
  it('leave what dials as it was', async () => {
    const copies = await twoCopies(() => import('../../overlays/foreign/dial.ts'));
    const before = globalThis.queueMicrotask;
    const dials = copies.map(({ Dial }) => new Dial());
    const closes = dials.map((dial) => dial.expect());
    expect(globalThis.queueMicrotask).not.toBe(before);
    for (const index of order) closes[index]!();
    for (const dial of dials) dial.release();
    expect(globalThis.queueMicrotask).toBe(before);
  });
});
