/** The programs of docs/receive.md and examples/ do what they say. */
import * as events from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import Cartesia from 'cartesia-4.2.0';
import { transformSync } from 'esbuild';
import OpenAI from 'openai-7.59.0';
import * as realtime from 'openai-7.59.0/realtime/ws';
import { afterAll, describe, expect, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import * as hangup from '../../core/index.ts';
import * as lifecycle from '../../lifecycle/index.ts';
import * as cartesia from '../../overlays/cartesia/index.ts';
import * as openai from '../../overlays/openai/index.ts';
import * as receive from '../../receive/index.ts';
import { fakeProvider } from '../../testing/index.ts';
import { runProgram } from '../children/run-child.ts';
import { root } from '../support/patching.ts';

const blocks = [...readFileSync(join(root, 'docs/receive.md'), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms)].map(
  ([, text]) => text!,
);

const modules: Record<string, unknown> = {
  'node:events': events,
  hangup,
  'hangup/cartesia': cartesia,
  'hangup/openai': openai,
  '@cartesia/cartesia-js': { default: Cartesia },
  openai: { default: OpenAI },
  'openai/realtime/ws': realtime,
  'hangup/lifecycle': lifecycle,
  'hangup/receive': receive,
  ws: { default: WebSocket },
};

/** The peer of the first program: it speaks, and is killed by a word. */
const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
server.on('connection', (peer) => {
  for (let chunk = 0; chunk < 3; chunk++) peer.send('audio');
  peer.on('message', () => peer.close(1011, 'pipeline error'));
});
/** The providers of the SDKs drop a connection in its second answer. */
const dropping = { fault: { kind: 'close', code: 1011 }, faultAfter: 4 } as const;
const providers = ['https://api.cartesia.ai', 'https://api.openai.com'].map((url) => fakeProvider(dropping, { url }));
process.env.CARTESIA_API_KEY = process.env.OPENAI_API_KEY = 'test';
afterAll(async () => {
  await Promise.all(providers.map((provider) => provider.close()));
  for (const socket of server.clients) socket.terminate();
  server.close();
});

/** Runs a program, and returns what it prints. */
async function run(program: string): Promise<string[]> {
  const printed: string[] = [];
  const body = program
    .replace(/^import (\w+) from '(.+)';$/gm, "const { default: $1 } = modules['$2'];")
    .replace(/^import (\{.+\}) from '(.+)';$/gm, "const $1 = modules['$2'];");
  const { code } = transformSync(`export default async () => {${body}};`, { loader: 'ts', format: 'cjs' });
  const module: { exports: { default?: () => Promise<void> } } = { exports: {} };
  const print = { log: (...words: unknown[]) => printed.push(words.join(' ')) };
  process.env.BOT_URL = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  new Function('module', 'modules', 'console', code)(module, modules, print);
  await module.exports.default!();
  return printed;
}

describe('docs/receive.md', () => {
  test('has a program for each part', () => {
    expect(blocks).toHaveLength(8);
  });

  test.each(blocks.map((block, index) => [index + 1, block] as const))(
    'program %i prints what it says',
    async (_, block) => {
      const promised = [...block.matchAll(/\/\/ prints: (.+)$/gm)].flatMap(([, text]) => text!.split(', '));
      expect(promised.length).toBeGreaterThan(0);
      expect(await run(block)).toEqual(promised);
    },
  );
});

test('examples/receive-turns.ts learns at once why the bot has hung up', async () => {
  const example = join(root, 'examples/receive-turns.ts');
  const child = await runProgram(example, { NODE_OPTIONS: '--import tsx', PATH: process.env.PATH! }, { cap: 20_000 });
  expect(child).toMatchObject({ code: 0, stderr: '' });
  expect(child.said).toEqual([
    expect.stringMatching(/^turn 1: \d+ bytes/),
    expect.stringMatching(/^turn 2: \d+ bytes/),
    'the peer hung up: the stream was closed with code 1011 ("pipeline error"); code 1011',
  ]);
});
