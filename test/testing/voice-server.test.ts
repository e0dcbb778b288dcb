/** The provider on 127.0.0.1, used as the tests of an app use it. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { Cartesia } from 'cartesia-4.2.0';
import { expect, test } from 'vitest';
import { overlay } from '../../overlays/cartesia/index.ts';
import { startVoiceServer, type VoiceServer } from '../../testing/index.ts';

const newClient = ({ url }: VoiceServer) =>
  overlay(new Cartesia({ apiKey: 'test', baseURL: url, maxRetries: 0 })).target;
const speech = { model_id: 'sonic-3', transcript: 'Hi' } as never;
const parameters = { model: 'ink-whisper', encoding: 'pcm_s16le', sample_rate: 16_000 } as const;

test('serves a client, and ends its connections when it closes', async () => {
  const server = await startVoiceServer();
  const ws = await newClient(server).tts.websocket({ ca: server.ca });
  const types: string[] = [];
  for await (const { type } of ws.generate(speech)) types.push(type);
  expect(types).toEqual(['chunk', 'chunk', 'chunk', 'done']);
  server.behaviour = { done: false };
  const read = async () => {
    for await (const { type } of ws.generate(speech)) if (types.push(type) === 7) void server.close();
  };
  await expect(read()).rejects.toMatchObject({ code: 'ERR_STREAM_ENDED' });
});

test('a child process trusts its certificate, which is gone when it closes', async () => {
  const server = await startVoiceServer();
  const { caFile, url } = server;
  const program = `fetch(${JSON.stringify(url)}).then(({ status }) => console.log(status), (error) => console.log(error.cause))`;
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: caFile };
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', program], { env });
  expect(stdout).toBe('404\n');
  await server.close();
  expect(existsSync(caFile)).toBe(false);
});

test('without TLS', async () => {
  await using server = await startVoiceServer({}, { tls: false });
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const ws = newClient(server).stt.manualFinalize.websocket(parameters);
  const opened = new Promise((resolve) => ws.on('transcript', resolve));
  ws.send('finalize');
  expect(await opened).toMatchObject({ text: 'hello' });
  await ws.disconnect();
});

test('refuses a value of `tls` that is neither a certificate nor false', async () => {
  const tls = true as unknown as false;
  await expect(startVoiceServer({}, { tls })).rejects.toThrow(
    new TypeError('startVoiceServer(): tls must be { key, cert }, two PEM texts, or false'),
  );
});

test('comes back on the same port, and takes no other in its place', async () => {
  await using first = await startVoiceServer();
  const port = Number(new URL(first.url).port);
  await expect(startVoiceServer({}, { port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await first.close();
  await using second = await startVoiceServer({}, { port });
  expect(second.url).toBe(first.url);
  const ws = await newClient(second).tts.websocket({ ca: second.ca });
  expect(await ws.disconnect()).toMatchObject({ outcome: 'graceful' });
});
