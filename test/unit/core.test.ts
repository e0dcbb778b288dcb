import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { Mailbox } from '../../core/mailbox.ts';
import { checkKeys, readBudget } from '../../core/options.ts';
import { scrub, scrubError } from '../../core/scrub.ts';
import { Faults } from '../../overlays/connection/faults.ts';
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
    ['a key of OpenAI', 'Incorrect API key provided: sk-abcdef123456.'],
    ['a project key of OpenAI', 'no sk-proj-abcdef123456_x-y'],
    ['a key of Google in a URL', 'wss://host/ws?key=abcdef123456'],
    ['a key of Google', 'API key AIzaabcdef123456 not valid'],
    ['a key of ElevenLabs', 'xi_api_key=abcdef123456'],
    ['a header of ElevenLabs', '{"xi-api-key":"abcdef123456"}'],
    ['a header of Deepgram', 'Authorization: Token abcdef123456'],
    ['the same in JSON', '{"Authorization":"Token abcdef123456"}'],
    ['the password in an address', 'redis://:abcdef123456@127.0.0.1:6379'],
    ['a password with an @ in an address', 'no answer from wss://Ada:p@abcdef123456@host/path'],
    ['a token in a URL', 'wss://host/v3/ws?sample_rate=16000&token=abcdef123456'],
  ])('removes %s', (_name, text) => {
    const clean = scrub(text, [key, 'a/b+c=']);
    expect(clean).toContain('[redacted]');
    expect(clean).not.toMatch(/TESTKEY|abcdef123456|a%2Fb/);
  });

  it.each([
    'the token expired',
    'max_output_tokens: 42',
    'Token abuse',
    'the key is gone',
    'a task-force',
    'key=value',
    'at http://localhost:5173/@fs/a.ts:1:2',
    '{"url":"http://localhost:80","mail":"a@b"}',
    'redis://Ada@localhost:6379',
    'redis://:[redacted]@localhost:6379',
  ])('leaves %s as it is', (text) => expect(scrub(text, [])).toBe(text));

  it('removes a secret whole when another one is a part of it', () => {
    expect(scrub('no hush-hush-long', ['hush', 'hush-hush-long'])).toBe('no [redacted]');
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

describe('scrubError and errors that are no plain ones', () => {
  const secret = 'sk_car_TESTKEYdonotprint';
  const foreign = (code: string): unknown => runInNewContext(code);

  it('hands on an error of another realm as it is, and copies one that holds a secret with its code', () => {
    const clean = foreign(`Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })`);
    expect(scrubError(clean, [secret])).toBe(clean);
    const dirty = foreign(`Object.assign(new TypeError('no ${secret}'), { code: 'E1' })`);
    expect(scrubError(dirty, [secret])).toMatchObject({ name: 'TypeError', message: 'no [redacted]', code: 'E1' });
  });

  it('keeps the errors and the cause in a copy, and takes secrets out of them', () => {
    const errors = [new Error('one'), new Error(`two ${secret}`)];
    const cause = Object.assign(new Error('below'), { cause: new Error(`deep ${secret}`) });
    const copy = scrubError(Object.assign(new AggregateError(errors, 'all', { cause }), { code: 'E' }), [secret]);
    expect(copy).toMatchObject({
      message: 'all',
      code: 'E',
      errors: [errors[0], { message: 'two [redacted]' }],
      cause: { message: 'below', cause: { message: 'deep [redacted]' } },
    });
    expect((copy as AggregateError).errors[0]).toBe(errors[0]);
  });

  it('takes the code of an event, and survives an error that is its own cause', () => {
    expect(scrubError({ type: 'error', message: 'gone', code: 'E2' }, [])).toMatchObject({ code: 'E2' });
    const own = new Error('own');
    own.cause = own;
    expect(scrubError(own, [secret])).toMatchObject({ message: 'own' });
  });
});

describe('the error of a handshake', () => {
  const faults = new Faults({ name: 'socket test' }, () => []);

  it('of a host with several addresses has the code, and the sentence of each', () => {
    const of = (port: number) => Object.assign(new Error(`connect ECONNREFUSED ::${port}`), { code: 'ECONNREFUSED' });
    const error = Object.assign(new AggregateError([of(1), of(2)]), { code: 'ECONNREFUSED' });
    expect(faults.connectFailure({ error })).toMatchObject({
      code: 'ECONNREFUSED',
      message: 'connect ECONNREFUSED ::1; connect ECONNREFUSED ::2',
      cause: error,
    });
  });

  it('that says nothing is ERR_CONNECT, or has the code that there is', () => {
    expect(faults.connectFailure({ error: new Error('') })).toMatchObject({ code: 'ERR_CONNECT' });
    const timeout = Object.assign(new Error(''), { code: 'ETIMEDOUT' });
    expect(faults.connectFailure({ error: timeout })).toMatchObject({ code: 'ETIMEDOUT', cause: timeout });
  });

  it('with a status is that of ws, with a code and the status', () => {
    const error = new Error('Unexpected server response: 401');
    expect(faults.connectFailure({ error })).toBe(error);
    expect(error).toMatchObject({ code: 'ERR_CONNECT', status: 401, message: 'Unexpected server response: 401' });
  });
});

describe('readBudget', () => {
  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, '100', null])('refuses a timeout of %s', (timeout) => {
    expect(() => readBudget({ timeout }, 2000)).toThrow(TypeError);
    expect(() => readBudget({ drain: timeout }, 2000)).toThrow(/^disconnect\(\): drain: /);
  });

  it('adds the drain to the default budget, and to no other', () => {
    expect(readBudget({ drain: 4000 }, 2000)).toMatchObject({ timeout: 6000, drain: 4000 });
    expect(readBudget({ drain: 4000, timeout: 3000 }, 2000)).toMatchObject({ timeout: 3000, drain: 4000 });
    expect(readBudget({ drain: 2 ** 31 - 1 }, 2000)).toMatchObject({ timeout: 2 ** 31 - 1 });
  });

  it.each<[string, unknown]>([
    ['a string', 'SIGTERM'],
    ['a number', 15],
    ['null', null],
    ['an event', new Event('abort')],
    ['an error', new Error('reset')],
    ['a list', [1]],
    ['an emitter', new EventTarget()],
    ['a function', () => {}],
    ['a report', { name: 'a', outcome: 'graceful', durationMs: 1, steps: [], abandoned: [] }],
  ])('takes %s for no argument: the method is a callback', (_name, input) => {
    expect(readBudget(input, 2000)).toEqual({ force: false, timeout: 2000 });
  });

  it('takes the limit of another copy, an object of another realm, and an instance with our options', () => {
    const { signal } = new AbortController();
    class Limit {
      get timeout() {
        return 7;
      }
      get signal() {
        return signal;
      }
    }
    expect(readBudget(new Limit(), 2000)).toEqual({ force: false, timeout: 7, drain: 0, signal });
    expect(readBudget(runInNewContext('({ timeout: 7 })'), 2000)).toMatchObject({ timeout: 7 });
    expect(() => readBudget(runInNewContext('({ tiemout: 7 })'), 2000)).toThrow(/"tiemout"/);
    class Options {
      timeout = 7;
    }
    expect(readBudget(new Options(), 2000)).toMatchObject({ timeout: 7 });
  });

  it('says which option it does not know, and which there are', () => {
    expect(() => readBudget({ tiemout: 5 }, 2000)).toThrow(/"tiemout".*force, timeout, drain, signal/);
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
