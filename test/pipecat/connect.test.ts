/** Connecting: one attempt, bounded, with the cause of its failure, and nothing left behind. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { ConnectTimeoutError } from '../../core/errors.ts';
import { connect, type PipecatOptions } from '../../pipecat/index.ts';
import { errorOf } from '../receive/error-of.ts';
import { closedPort, startVoiceServer } from '../support/voice-server.ts';
import { addressOf, startBot, talk, until } from './bot.ts';

describe('a handshake that fails', () => {
  test.each(['tcp-silence', 'upgrade-stall'] as const)('%s: ends with its limit', async (greeting) => {
    const server = await startBot({ greeting });
    const error = await errorOf(connect(addressOf(server), { connectTimeout: 150 }));
    expect(error).toBeInstanceOf(ConnectTimeoutError);
    expect(error).toMatchObject({ code: 'ERR_CONNECT_TIMEOUT', timeout: 150 });
    await until(() => server.seen.connections.every(({ ended }) => ended) || greeting === 'tcp-silence');
    expect(server.seen.connections).toHaveLength(1);
  });

  test('is refused: the error has the status', async () => {
    const server = await startBot({ greeting: 'upgrade-401' });
    const error = await errorOf(connect(addressOf(server), { headers: { authorization: 'Bearer not-to-be-shown' } }));
    expect(error).toMatchObject({ code: 'ERR_CONNECT', status: 401 });
    expect(server.seen.connections).toHaveLength(1);
  });

  test('is reset', async () => {
    const server = await startBot({ greeting: 'reset' });
    expect(await errorOf(connect(addressOf(server)))).toMatchObject({ code: 'ECONNRESET' });
  });

  test('finds nobody', async () => {
    expect(await errorOf(connect(`ws://127.0.0.1:${closedPort}/pipecat`))).toMatchObject({ code: 'ECONNREFUSED' });
  });

  test.each(['token', 'q'])('has no address with a secret "%s": the error does not show it', async (name) => {
    const error = await errorOf(connect(`not an address?${name}=not-to-be-shown`));
    expect(error.name).toBe('SyntaxError');
    expect(`${error.message} ${error.stack}`).not.toContain('not-to-be-shown');
  });

  test('is not awaited: the process lives on', async () => {
    void connect(`ws://127.0.0.1:${closedPort}/pipecat`).catch(() => {});
    await errorOf(connect(`ws://127.0.0.1:${closedPort}/pipecat`));
  });
});

test('over TLS', async () => {
  await using server = await startVoiceServer();
  class Trusting extends WebSocket {
    constructor(url: string, options: object) {
      super(url, { ...options, ca: server.ca });
    }
  }
  await using bot = await connect(addressOf(server), { WebSocket: Trusting as never });
  expect(bot.connected).toBe(true);
});

test('the handshake has the headers, and the class of the socket is that of the option', async () => {
  let made = 0;
  class Counted extends WebSocket {
    constructor(url: string, options: object) {
      super(url, options);
      made += 1;
    }
  }
  const { server } = await talk({}, { headers: { 'x-tenant': 'acme' }, WebSocket: Counted as never });
  expect(made).toBe(1);
  const { headers } = server.seen.connections[0]!.upgrade!;
  expect(headers).toMatchObject({ 'x-tenant': 'acme' });
  // Audio does not get smaller by it.
  expect(headers).not.toHaveProperty('sec-websocket-extensions');
});

test('events that come with the handshake reach listeners that are added after it', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => void server.close());
  server.on('connection', (socket) => {
    for (const event of ['ready', 'clear', 'mark']) socket.send(JSON.stringify({ event, mark: { name: 'first' } }));
  });
  await once(server, 'listening');
  await using bot = await connect(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const told: unknown[] = [];
  bot.on('message', (message) => told.push(message));
  bot.on('clear', () => told.push('clear'));
  const marked = new Promise((resolve) => bot.on('mark', resolve));
  expect(await marked).toBe('first');
  expect(told).toEqual([{ event: 'ready', mark: { name: 'first' } }, 'clear']);
});

test('events that come with the handshake are not told after the own end', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => void server.close());
  server.on('connection', (socket) => {
    for (const event of ['first', 'second']) socket.send(JSON.stringify({ event }));
  });
  await once(server, 'listening');
  const bot = await connect(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const told: unknown[] = [];
  await new Promise((resolve) => {
    bot.on('message', (message) => {
      told.push(message);
      resolve(bot.disconnect(true));
    });
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(told).toEqual([{ event: 'first' }]);
});

test('a URL object is an address', async () => {
  const server = await startBot();
  await using bot = await connect(new URL(addressOf(server)));
  expect(bot.connected).toBe(true);
});

test('Twilio: the bot learns of the call, before anything else', async () => {
  const { server } = await talk({}, { streamSid: 'MZ7', callSid: 'CA7', parameters: { user: 'Ada' } });
  await until(() => server.seen.messages.length === 2);
  expect(server.seen.messages).toMatchObject([
    { event: 'connected' },
    { event: 'start', start: { streamSid: 'MZ7', callSid: 'CA7', customParameters: { user: 'Ada' } } },
  ]);
});

test('protobuf: nothing is sent before the app sends something', async () => {
  const { server, bot } = await talk({}, { framing: 'protobuf' });
  bot.sendMessage({ type: 'client-ready' });
  await until(() => server.seen.messages.length > 0);
  expect(server.seen.messages).toEqual([{ type: 'client-ready' }]);
});

describe('options', () => {
  test.each<[string, object | null]>([
    ['an unknown one', { framng: 'twilio' }],
    ['none at all', null],
    ['another framing', { framing: 'telnyx' }],
    ['a sample rate of Twilio', { sampleRate: 16_000 }],
    ['a sample rate of nothing', { framing: 'protobuf', sampleRate: 0 }],
    ['a sample rate that is text', { framing: 'protobuf', sampleRate: '16000' }],
    ['an id of Twilio with protobuf', { framing: 'protobuf', streamSid: 'MZ1' }],
    ['headers that are no texts', { headers: { a: 1 } }],
    ['parameters that are no object', { parameters: 'a=b' }],
    ['a pace that is a number', { pace: 2 }],
    ['a bound of nothing', { bound: 0 }],
    ['a timeout below 0', { timeout: -1 }],
    ['a limit that is no number', { connectTimeout: Number.NaN }],
    ['a heartbeat without a timeout', { heartbeat: { interval: 5 } }],
    ['a socket instead of its class', { WebSocket: {} }],
  ])('%s: is refused, and nothing is dialled', async (_title, options) => {
    const server = await startBot();
    expect(await errorOf(connect(addressOf(server), options as PipecatOptions))).toBeInstanceOf(TypeError);
    expect(server.seen.connections).toEqual([]);
  });

  test('that are undefined count as not given', async () => {
    const { bot } = await talk({}, { framing: 'protobuf', sampleRate: undefined, connectTimeout: undefined } as never);
    expect(bot.connected).toBe(true);
  });
});
