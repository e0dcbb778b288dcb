/** Wrong arguments of the queue and of its calls. */
import { describe, expect, it } from 'vitest';
import { ReceiveQueue } from '../../receive/index.ts';

describe('wrong arguments', () => {
  const signal = { aborted: false };
  it.each([
    ['bound 0', { bound: 0 }],
    ['bound -1', { bound: -1 }],
    ['bound 0.5', { bound: 0.5 }],
    ['bound NaN', { bound: Number.NaN }],
    ['bound "5"', { bound: '5' }],
    ['bound null', { bound: null }],
    ['timeout -1', { timeout: -1 }],
    ['timeout NaN', { timeout: Number.NaN }],
    ['timeout "5"', { timeout: '5' }],
    ['secrets as a text', { secrets: 'key' }],
    ['a secret that is no text', { secrets: [undefined] }],
    ['errorClass that is no class', { errorClass: {} }],
    ['an unknown option', { bounds: 5 }],
    ['null', null],
    ['a number', 5],
  ])('of the constructor: %s', (_name, options) => {
    expect(() => new ReceiveQueue(options as never)).toThrow(TypeError);
  });

  it.each([
    ['timeout -1', { timeout: -1 }],
    ['timeout NaN', { timeout: Number.NaN }],
    ['timeout "5"', { timeout: '5' }],
    ['no signal', { signal }],
    ['an unknown option', { tiemout: 5 }],
    ['null', null],
    ['a number', 5],
  ])('of receive() and drain(): %s', async (_name, options) => {
    const queue = new ReceiveQueue<number>();
    queue.push(1);
    await expect(queue.receive(options as never)).rejects.toThrow(TypeError);
    await expect(queue.drain(options as never)).rejects.toThrow(TypeError);
    expect(queue.size).toBe(1);
  });

  it.each([
    ['silence NaN', { silence: Number.NaN }],
    ['silence -1', { silence: -1 }],
    ['limit "5"', { limit: '5' }],
    ['limit -1', { limit: -1 }],
    ['isLast that is no function', { isLast: true }],
    ['isSilence that is no function', { isSilence: 'no' }],
  ])('of drain(): %s', async (_name, options) => {
    await expect(new ReceiveQueue<number>().drain(options as never)).rejects.toThrow(TypeError);
  });

  it.each([
    ['an unknown option', { timeout: 5 }],
    ['no signal', { signal }],
    ['null', null],
  ])('of pump(), at once, because its promise never rejects: %s', (_name, options) => {
    expect(() => new ReceiveQueue<number>().pump((async function* () {})(), options as never)).toThrow(TypeError);
  });

  it('are none of these', () => {
    for (const options of [
      undefined,
      {},
      { bound: 1 },
      { bound: Number.POSITIVE_INFINITY },
      { timeout: 0 },
      { secrets: [] },
    ])
      new ReceiveQueue(options);
  });
});
