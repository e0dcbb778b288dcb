/** The queue ends: everybody who waits, and everybody who comes later, learns why. */
import { EventEmitter } from 'node:events';
import { inspect } from 'node:util';
import { describe, expect, it, test, vi } from 'vitest';
import { HangupError, isStreamEnded } from '../../core/errors.ts';
import { ReceiveQueue, ReceiveTimeoutError, type StreamEnd, StreamEndedError } from '../../receive/index.ts';
import { errorOf } from './error-of.ts';

describe('end()', () => {
  it('with an error says that the loop crashed, names the crash and chains it', async () => {
    const queue = new ReceiveQueue<string>();
    const waiting = queue.receive();
    const crash = new TypeError('pipeline error');
    expect(queue.end(crash)).toBe(true);
    const error = await errorOf(waiting);
    expect(error).toBeInstanceOf(StreamEndedError);
    expect(error).toMatchObject({ code: 'ERR_STREAM_ENDED', phase: 'first-chunk' });
    expect(error.cause).toBe(crash);
    expect(error.message).toBe('the receive loop crashed before the first item: TypeError: pipeline error');
  });

  it('with what the peer said when it closed keeps code and reason, and has no cause', async () => {
    const queue = new ReceiveQueue<string>();
    queue.end({ closeCode: 1000, closeReason: 'bye' });
    const error = await errorOf(queue.receive());
    expect(error).toMatchObject({ closeCode: 1000, closeReason: 'bye', phase: 'first-chunk' });
    expect(error.cause).toBeUndefined();
    expect(error.message).toBe('the peer hung up before the first item: the stream was closed with code 1000 ("bye")');
  });

  it('keeps the cause, the context and the phase that the peer’s end has', async () => {
    const queue = new ReceiveQueue<string>();
    const cause = new Error('read ECONNRESET');
    queue.end({ closeCode: 1006, cause, contextId: 'a', phase: 'between-chunks' });
    expect(queue.error).toMatchObject({ closeCode: 1006, contextId: 'a', phase: 'between-chunks' });
    expect(queue.error?.cause).toBe(cause);
  });

  it('without anything says that this side stopped it', async () => {
    const queue = new ReceiveQueue<string>();
    const waiting = queue.receive();
    queue.end();
    const error = await errorOf(waiting);
    expect(error.message).toBe('this side stopped the stream before the first item');
    expect(error.cause).toBeUndefined();
    expect(error.closeCode).toBeUndefined();
  });

  it('takes the close code of an error that has one', () => {
    const queue = new ReceiveQueue<string>();
    const cause = new StreamEndedError('cut off', { closeCode: 1011, closeReason: 'overload', contextId: 'a' });
    queue.end(cause);
    expect(queue.error).toMatchObject({ closeCode: 1011, closeReason: 'overload', contextId: 'a', cause });
  });

  it('counts once: the first call says how', async () => {
    const queue = new ReceiveQueue<string>();
    expect(queue.ended).toBe(false);
    expect(queue.error).toBeUndefined();
    expect(queue.end({ closeCode: 1001 })).toBe(true);
    const { error } = queue;
    expect(queue.end(new Error('late'))).toBe(false);
    expect(queue.end()).toBe(false);
    expect(queue.ended).toBe(true);
    expect(queue.error).toBe(error);
    expect(error?.closeCode).toBe(1001);
  });

  it('takes no item any more', async () => {
    const queue = new ReceiveQueue<string>();
    queue.end();
    expect(queue.push('late')).toBe(false);
    expect(queue.size).toBe(0);
    await errorOf(queue.receive());
  });

  it('releases everybody, however bad its cause is', async () => {
    const hostile = new Proxy(new Error('x'), {
      get() {
        throw new Error('hands off');
      },
    });
    for (const cause of [hostile, null, 'text', Symbol('s'), 7, Object.create(null)] as never[]) {
      const queue = new ReceiveQueue<string>();
      const waiting = queue.receive();
      queue.end(cause);
      expect(await errorOf(waiting)).toBeInstanceOf(StreamEndedError);
    }
    const text = new ReceiveQueue<string>();
    text.end('no error, but thrown' as never);
    expect(text.error?.message).toContain('no error, but thrown');
  });
});

test('audio, then the end: turn 1 returns, turn 2 fails at once, and so does turn 3', async () => {
  const queue = new ReceiveQueue<string>();
  queue.push('audio');
  queue.end({ closeCode: 1000 });
  expect(queue.ended).toBe(true);
  expect(await queue.receive()).toBe('audio');
  const second = await errorOf(queue.receive({ timeout: 30_000 }));
  const third = await errorOf(queue.receive());
  expect(second).toMatchObject({ closeCode: 1000, phase: 'between-chunks' });
  expect(second.message).toBe('the peer hung up: the stream was closed with code 1000');
  expect(third).toBe(second);
  expect(queue.error).toBe(second);
});

test('the peer has closed before audio: the first turn fails with the end, not with a timeout', async () => {
  const queue = new ReceiveQueue<string>({ timeout: 30_000 });
  const turn = queue.drain();
  queue.end({ closeCode: 1000 });
  const error = await errorOf(turn);
  expect(error).not.toBeInstanceOf(ReceiveTimeoutError);
  expect(isStreamEnded(error)).toBe(true);
  expect(error).toBe(queue.error);
});

test('ten concurrent receivers are released with the one error', async () => {
  const queue = new ReceiveQueue<string>({ timeout: 30_000 });
  const waiting = Array.from({ length: 10 }, (_, n) => (n % 3 === 2 ? queue.drain() : queue.receive()));
  queue.end(new Error('boom'));
  const errors = await Promise.all(waiting.map(errorOf));
  expect(new Set(errors)).toEqual(new Set([queue.error]));
});

test('a receiver after the end settles before the next turn of the event loop', async () => {
  const queue = new ReceiveQueue<string>();
  queue.end();
  const told = vi.fn();
  queue.receive().catch(told);
  await null;
  await null;
  expect(told).toHaveBeenCalledOnce();
});

describe('errorClass', () => {
  class BotEndedError extends StreamEndedError {
    override name = 'BotEndedError';
  }

  it('makes the error of the end', async () => {
    const queue = new ReceiveQueue<string>({ errorClass: BotEndedError });
    queue.push('audio');
    queue.end({ closeCode: 1011, closeReason: 'no key' });
    await queue.receive();
    const error = await errorOf(queue.receive());
    expect(error).toBeInstanceOf(BotEndedError);
    expect(error).toBeInstanceOf(HangupError);
    expect(error).toMatchObject({
      name: 'BotEndedError',
      closeCode: 1011,
      closeReason: 'no key',
      phase: 'between-chunks',
    });
  });

  it('does not keep anybody waiting when it throws', async () => {
    class Bad extends StreamEndedError {
      constructor(message: string, end: StreamEnd) {
        super(message, end);
        throw new Error('bad class');
      }
    }
    const queue = new ReceiveQueue<string>({ errorClass: Bad });
    const waiting = queue.receive();
    expect(queue.end()).toBe(true);
    expect(await errorOf(waiting)).toBeInstanceOf(StreamEndedError);
  });
});

describe('secrets', () => {
  const secret = 'hunter2-hunter2';
  const withMaps = (_key: string, value: unknown) => (value instanceof Map ? [...value] : value);
  /** Prints more than its members. */
  class Printed extends Error {
    toJSON() {
      return { secret };
    }
  }
  const textOf = (error: unknown): string => {
    const { message, stack, closeReason } = error as StreamEndedError;
    // A getter that a log does not call.
    const got = Object.values((error as { cause?: object })?.cause ?? (error as object)).filter(
      (value) => typeof value === 'string',
    );
    return [
      ...got,
      message,
      stack,
      closeReason,
      JSON.stringify(error, withMaps),
      inspect(error, { depth: 9, showHidden: true }),
    ].join('\n');
  };
  const queueOf = (cause: Error | StreamEnd) => {
    const queue = new ReceiveQueue<string>({ secrets: [secret] });
    queue.end(cause);
    return queue;
  };

  it.each([
    ['a close reason', { closeCode: 1008, closeReason: `bad key ${secret}` }],
    ['the message of a crash', new Error(`401 for ${secret}`)],
    ['the stack of a crash', Object.assign(new Error('x'), { stack: `Error: x\n    at ${secret}` })],
    ['the cause of a crash', new Error('x', { cause: new Error(`401 for ${secret}`) })],
    ['the cause of a close', { closeCode: 1006, cause: new Error(`401 for ${secret}`) }],
    ['a text as the cause of a close', { cause: `401 for ${secret}` }],
    ['a member of a crash', Object.assign(new Error('x'), { request: { headers: { 'x-key': secret } } })],
    ['a member of a cause', new Error('x', { cause: Object.assign(new Error('y'), { url: `wss://h/?k=${secret}` }) })],
    ['the reason of an end that the source reports', new StreamEndedError('cut', { closeReason: secret })],
    ['errors in a crash', new AggregateError([new Error(secret)], 'all failed')],
    ['a member of an error in a crash', new AggregateError([Object.assign(new Error('y'), { url: secret })], 'failed')],
    ['the code', Object.assign(new Error('x'), { code: `E-${secret}` })],
    ['an object as the code', Object.assign(new Error('x'), { code: { secret } })],
    ['the code of a cause', new Error('x', { cause: { message: 'y', code: secret } })],
    ['the key of a member', Object.assign(new Error('x'), { [secret]: 1 })],
    ['a symbol member', Object.assign(new Error('x'), { [Symbol('key')]: secret })],
    ['the name of a symbol member', Object.assign(new Error('x'), { [Symbol(secret)]: 1 })],
    ['a symbol', Object.assign(new Error('x'), { key: Symbol(secret) })],
    ['a hidden member', Object.defineProperty(new Error('x'), 'key', { value: secret })],
    ['a Map', Object.assign(new Error('x'), { headers: new Map([['x-key', secret]]) })],
    ['a Set', Object.assign(new Error('x'), { keys: new Set([secret]) })],
    ['Headers', Object.assign(new Error('x'), { headers: new Headers({ 'x-key': secret }) })],
    ['a URL', Object.assign(new Error('x'), { url: new URL(`wss://h/?k=${secret}`) })],
    ['a function', Object.assign(new Error('x'), { send: Object.assign(() => {}, { secret }) })],
    ['an error as a member', Object.assign(new Error('x'), { inner: new Error(secret) })],
    ['data that is deeper than a log shows', Object.assign(new Error('x'), { a: { b: { c: { d: { secret } } } } })],
    ['a getter', Object.defineProperty(new Error('x'), 'key', { get: () => secret, enumerable: true })],
    ['a member that only JSON shows', Object.assign(new Printed(), { key: 1 })],
    ['a Map as the cause', new Error('x', { cause: new Map([['key', secret]]) })],
    ['a symbol as the cause', new Error('x', { cause: Symbol(secret) })],
    ['a function as the cause', new Error('x', { cause: Object.assign(() => {}, { secret }) })],
    ['the context of a close', { closeCode: 1006, contextId: secret }],
  ])('are in no error: %s', (_where, cause) => {
    expect(textOf(cause)).toContain(secret);
    const { error } = queueOf(cause);
    expect(textOf(error)).not.toContain(secret);
    if (cause instanceof Error) expect(error?.cause).toHaveProperty('name', cause.name);
  });

  it('are not in the name of an error', () => {
    const cause = Object.assign(new Error('x'), { name: `Error of ${secret}` });
    expect(textOf(queueOf(cause).error)).not.toContain(secret);
    expect(queueOf(cause).error?.cause).toHaveProperty('name', 'Error of [redacted]');
  });

  it('leave the clean members of an error', () => {
    const cause = Object.assign(new Error('x'), { status: 401, headers: new Headers(), code: 'E_AUTH', where: 'bot' });
    expect(queueOf(cause).error?.cause).toMatchObject({ status: 401, code: 'E_AUTH', where: 'bot', message: 'x' });
    expect(queueOf(cause).error?.cause).not.toHaveProperty('headers');
  });

  it('are those of the time when the queue was made', () => {
    const secrets = [secret];
    const queue = new ReceiveQueue<string>({ secrets });
    secrets.length = 0;
    queue.end({ closeReason: secret });
    expect(textOf(queue.error)).not.toContain(secret);
  });

  it('leave the rest of the text', () => {
    expect(queueOf({ closeReason: `bad key ${secret}` }).error?.closeReason).toBe('bad key [redacted]');
    expect(queueOf(new Error(`401 for ${secret}`)).error?.message).toMatch(/Error: 401 for \[redacted\]$/);
  });

  const bearer = 'Bearer abcdef123456';
  class Request {
    readonly token = bearer;
  }
  it.each([
    ['an object', { authorization: bearer }],
    ['Headers', new Headers({ authorization: bearer })],
    ['a Map', new Map([['authorization', bearer]])],
    ['a Set', new Set([bearer])],
    ['a URL', new URL('wss://voice.test/?key=abcdef123456')],
    ['a query', new URLSearchParams({ key: bearer })],
    ['an object of a class', new Request()],
    ['a member of a function', Object.assign(() => {}, { bearer })],
    ['an error', Object.assign(new Error('y'), { bearer })],
    ['deep data', { a: { b: { c: { d: { bearer } } } } }],
  ])('that look like keys are removed without being told: in %s', (_where, member) => {
    const queue = new ReceiveQueue<string>();
    queue.end(Object.assign(new Error('x'), { member }));
    expect(textOf(queue.error)).not.toContain('abcdef123456');
  });

  const loop = Object.assign(new Error('x'), { self: undefined as unknown });
  loop.self = loop;
  it.each([
    ['Headers', new Headers({ 'x-request': '1' })],
    ['a Map', new Map([[1, { at: 2 }]])],
    ['a URL', new URL('wss://voice.test/')],
    ['a time', new Date()],
    ['a function', () => {}],
    ['an object of a class', new EventEmitter()],
    ['a promise', Promise.resolve()],
    ['itself', loop],
  ])('are not looked for when none are named: an error with %s is the cause itself', (_what, member) => {
    const queue = new ReceiveQueue<string>();
    const crash = member === loop ? loop : Object.assign(new Error('x'), { member });
    queue.end(crash);
    expect(queue.error?.cause).toBe(crash);
  });

  it('may be in a member that refuses to be looked at: it is left out, and the rest of the error is told', () => {
    const refuses = () => {
      throw new Error('refused');
    };
    for (const secrets of [[], [secret]]) {
      const queue = new ReceiveQueue<string>({ secrets });
      queue.end(
        Object.assign(new Error('boom'), { member: new Proxy({}, { ownKeys: refuses, getPrototypeOf: refuses }) }),
      );
      expect(queue.error?.message).toMatch(/crashed before the first item: Error: boom$/);
      expect(queue.error?.cause).not.toHaveProperty('member');
    }
  });

  it('are not looked for when none are named: an error of a class of its own is the cause itself', () => {
    class LoopError extends Error {
      readonly at = new Date();
      get isLate() {
        return true;
      }
      toJSON() {
        return { at: this.at };
      }
    }
    const queue = new ReceiveQueue<string>();
    const crash = Object.defineProperty(new LoopError('x'), 'lazy', { get: () => 1, enumerable: true });
    queue.end(crash);
    expect(queue.error?.cause).toBe(crash);
  });

  it('cost a clean error nothing: it is the cause itself, with its members', () => {
    const cause = Object.assign(new Error('read ECONNRESET'), {
      code: 'ECONNRESET',
      errno: -104,
      bytes: Buffer.from('x'),
    });
    expect(queueOf(cause).error?.cause).toBe(cause);
  });

  it('do not make a long reason longer', () => {
    const { error } = queueOf({ closeReason: 'x'.repeat(5000) });
    expect(error?.closeReason).toHaveLength(201);
    expect(error?.message.length).toBeLessThanOrEqual(501);
  });
});
