/** The programs of docs/pipecat.md and examples/ do what they say. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { describe, expect, test } from 'vitest';
import * as ws from 'ws';
import * as pipecat from '../../pipecat/index.ts';
import { runProgram } from '../children/run-child.ts';
import { root } from '../support/patching.ts';
import { addressOf, startBot } from './bot.ts';

const blocks = [...readFileSync(join(root, 'docs/pipecat.md'), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms)].map(
  ([, text]) => text!,
);

const modules: Record<string, unknown> = { 'hangup/pipecat': pipecat, ws };

/** Runs a program, and returns what it prints. */
async function run(program: string): Promise<string[]> {
  const fault = { kind: 'close', code: 1011, reason: 'pipeline error' } as const;
  const bot = await startBot({ chunks: 3 });
  const printed: string[] = [];
  const body = program.replace(/^import (\{.+\}) from '(.+)';$/gm, "const $1 = modules['$2'];");
  const options = { loader: 'ts', format: 'cjs', target: 'node20' } as const;
  const { code } = transformSync(`export default async () => {${body}};`, options);
  const module: { exports: { default?: () => Promise<void> } } = { exports: {} };
  const print = {
    log: (...words: unknown[]) => {
      printed.push(words.join(' '));
      if (words.includes('silence')) bot.inflict(fault);
    },
  };
  process.env.BOT_URL = addressOf(bot);
  process.env.BOT_URL_PROTOBUF = addressOf(bot, 'protobuf');
  new Function('module', 'modules', 'console', code)(module, modules, print);
  await module.exports.default!();
  return printed;
}

describe('docs/pipecat.md', () => {
  test('has a program for each part', () => {
    expect(blocks).toHaveLength(3);
  });

  test.each(blocks.map((block, index) => [index + 1, block] as const))(
    'program %i prints what it says',
    async (_, block) => {
      const promised = [...block.matchAll(/\/\/ prints: (.+)$/gm)].map(([, text]) => text!);
      expect(promised.length).toBeGreaterThan(0);
      expect(await run(block)).toEqual(promised);
    },
  );
});

test('examples/pipecat-bot.ts calls, listens, interrupts, and learns why the bot has hung up', async () => {
  const example = join(root, 'examples/pipecat-bot.ts');
  const env = { NODE_OPTIONS: '--import tsx', PATH: process.env.PATH! };
  const child = await runProgram(example, env, { cap: 20_000 });
  expect(child).toMatchObject({ code: 0, stderr: '' });
  expect(child.said).toEqual([
    'turn 1: audio, ended by silence',
    'the bot was interrupted',
    'the peer hung up: the stream was closed with code 1011 ("pipeline error"); code 1011',
    'graceful',
  ]);
});
