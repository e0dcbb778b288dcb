import { describe, expect, it, vi } from 'vitest';
import { Mailbox } from '../../core/mailbox.ts';
import { checkKeys, readBudget } from '../../core/options.ts';
import { scrub, scrubError } from '../../core/scrub.ts';
import { forceClose } from '../../overlays/sockets/destroy.ts';

describe('scrub', () => {
  const key = 'sk_car_TESTKEYdonotprint';

  it.each([
    ['the secret itself', `bad key ${key}`],
    ['the secret in a URL, encoded', `wss://host/?k=${encodeURIComponent('a/b+c=')}&x=1`],
    ['a query parameter', 'wss://host/tts?api_key=abcdef123456&x=1'],
    ['an access token', 'access_token=abcdef123456 expired'],
    ['a bearer header', 'authorization: Bearer abcdef123456'],
    ['JSON', '{"api_key":"abcdef123456","token":"abcdef123456"}'],
  ])('removes %s', (_name, text) => {
    const clean = scrub(text, [key, 'a/b+c=']);
    expect(clean).toContain('[redacted]');
    expect(clean).not.toMatch(/TESTKEY|abcdef123456|a%2Fb/);
  });

  it('bounds the length', () => {
    expect(scrub('x'.repeat(5000), []).length).toBeLessThanOrEqual(201);
  });

  it('hands on a clean error as it is, and copies one that holds a secret', () => {
    const clean = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    expect(scrubError(clean, [key])).toBe(clean);
    const copy = scrubError(Object.assign(new Error(`no ${key}`), { code: 'E401', request: { key } }), [key]);
    expect(copy).toMatchObject({ message: 'no [redacted]', code: 'E401' });
    expect(JSON.stringify(copy) + copy?.stack).not.toContain(key);
  });
});

describe('readBudget', () => {
  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, '100', null])('refuses a timeout of %s', (timeout) => {
    expect(() => readBudget({ timeout }, 2000)).toThrow(TypeError);
  });

  it.each(['yes', 1, null])('refuses %s', (input) => {
    expect(() => readBudget(input, 2000)).toThrow(TypeError);
  });

  it('says which option it does not know, and which there are', () => {
    expect(() => readBudget({ tiemout: 5 }, 2000)).toThrow(/"tiemout".*force, timeout, signal/);
    expect(() => checkKeys('x', { a: 1 }, ['b'])).toThrow(/unknown option "a"/);
  });

  it('takes the default, a boolean, or options', () => {
    expect(readBudget(undefined, 2000)).toEqual({ force: false, timeout: 2000 });
    expect(readBudget(true, 2000)).toEqual({ force: true, timeout: 2000 });
    expect(readBudget({ timeout: 5 }, 2000)).toMatchObject({ force: false, timeout: 5 });
  });
});

describe('Mailbox', () => {
  it('delivers everything that had arrived before it throws its cause', () => {
    const mailbox = new Mailbox<number>('a');
    mailbox.deliver(1);
    mailbox.cut(new Error('cut'));
    mailbox.deliver(2);
    expect(mailbox.shift()).toBe(1);
    expect(mailbox.shift()).toBeUndefined();
    expect(() => mailbox.isOver()).toThrow('cut');
  });

  it('drops everything that had arrived when it is dropped', () => {
    const mailbox = new Mailbox<number>('a');
    mailbox.deliver(1);
    mailbox.drop();
    expect(mailbox.shift()).toBeUndefined();
    expect(mailbox.isOver()).toBe(true);
  });

  it('takes a time in proportion to what has arrived, however much that is', () => {
    const drained = (count: number): number => {
      const mailbox = new Mailbox<number>('a');
      const start = performance.now();
      for (let item = 0; item < count; item++) mailbox.deliver(item);
      for (let item = 0; item < count; item++) if (mailbox.shift() !== item) throw new Error(`not ${item}`);
      expect(mailbox.shift()).toBeUndefined();
      return performance.now() - start;
    };
    const best = (count: number) => Math.min(drained(count), drained(count), drained(count));
    const few = best(15_000);
    // Below a millisecond, a ratio says more of the clock than of the mailbox.
    expect(best(150_000)).toBeLessThan(30 * Math.max(few, 1));
  });

  it('keeps the order when its reader lags behind', () => {
    const mailbox = new Mailbox<number>('a');
    let read = 0;
    for (let item = 0; item < 20_000; item++) {
      mailbox.deliver(item);
      if (item >= 10) expect(mailbox.shift()).toBe(read++);
    }
    while (read < 20_000) expect(mailbox.shift()).toBe(read++);
  });

  it('tells a late first chunk from a gap', async () => {
    vi.useFakeTimers();
    const mailbox = new Mailbox<number>('a', 100);
    const first = expect(mailbox.arrival()).rejects.toMatchObject({
      code: 'ERR_RECEIVE_TIMEOUT',
      phase: 'first-chunk',
    });
    await vi.advanceTimersByTimeAsync(100);
    await first;
    mailbox.deliver(1);
    const second = expect(mailbox.arrival()).rejects.toMatchObject({ phase: 'between-chunks', timeout: 100 });
    await vi.advanceTimersByTimeAsync(100);
    await second;
    vi.useRealTimers();
  });
});

describe('forceClose', () => {
  const base = { readyState: 1, addEventListener() {}, removeEventListener() {} };

  it('destroys a ws socket, stops a reconnecting wrapper and destroys what is inside, closes any other', () => {
    const terminate = vi.fn();
    const close = vi.fn();
    forceClose({ ...base, close, terminate } as never);
    const wrapper = { ...base, close, _shouldReconnect: true, _ws: { ...base, close, terminate } };
    forceClose(wrapper);
    expect(terminate).toHaveBeenCalledTimes(2);
    expect(wrapper._shouldReconnect).toBe(false);
    expect(close).not.toHaveBeenCalled();
    forceClose({ ...base, close });
    expect(close).toHaveBeenCalledTimes(1);
  });

  it('never throws', () => {
    forceClose({
      ...base,
      close: () => {
        throw new Error('state');
      },
    });
  });
});
