/** Each example that can run without a key and without a bot does what its document says, against the voice server of `hangup/testing`. */
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { bundleSources } from '../support/bundle.ts';
import { run } from '../support/patching.ts';
import { root, runFolderVariable } from '../support/sdk.ts';

interface Example {
  /** Completes the title of the test. */
  does: string;
  /** The variable with the key, which is empty here. */
  key?: string;
  /** The lines on stdout. */
  prints: readonly string[];
}

/** By the name of the file. */
const examples: Record<string, Example> = {
  'agents-realtime': {
    does: 'talks, loses the connection, connects again, and hangs up',
    key: 'OPENAI_API_KEY',
    prints: [
      'lost: the connection closed with code 1011 ("overloaded") before the stream was done',
      'heard of the answer',
      'graceful drain ok, cancel skipped, close ok, force skipped',
    ],
  },
  assemblyai: {
    does: 'transcribes, loses the connection, connects again, and hangs up',
    key: 'ASSEMBLYAI_API_KEY',
    prints: [
      'lost: 1011 overloaded',
      'so far: hello',
      'so far: hello world',
      'turn: hello world',
      'graceful drain ok, terminate skipped, close ok, force skipped',
    ],
  },
  deepgram: {
    does: 'loses the connection in a loop, connects again, and hangs up',
    key: 'DEEPGRAM_API_KEY',
    prints: [
      'lost: ERR_STREAM_ENDED 1000 idle for too long',
      'so far: hello',
      'so far: hello world',
      'final: hello world',
      'the loop has ended',
      'graceful drain ok, close ok, force skipped',
    ],
  },
  elevenlabs: {
    does: 'transcribes, talks, loses the connection, and hangs up',
    key: 'ELEVENLABS_API_KEY',
    prints: [
      'so far: hello',
      'so far: hello',
      'said: hello',
      'transcription: graceful',
      'microphone on',
      'microphone off',
      'session ended: 1011 overloaded',
      'microphone on',
      'microphone off',
      'session ended: by us ',
      'client: graceful socket conversation',
    ],
  },
  'google-genai': {
    does: 'talks, loses the connection, connects again, and hangs up',
    key: 'GEMINI_API_KEY',
    prints: ['lost: 1011 overloaded', 'turn: audio', 'graceful drain ok, close ok, force skipped'],
  },
  'openai-realtime': {
    does: 'speaks, is interrupted, and hangs up',
    key: 'OPENAI_API_KEY',
    prints: [
      'resp_1: cancelled after some audio',
      'again: idle',
      'ERR_VOICE_LOCKED',
      'graceful socket realtime: graceful',
    ],
  },
  speechmatics: {
    does: 'transcribes, loses the connection, starts again, and hangs up',
    key: 'SPEECHMATICS_JWT',
    prints: [
      'socket: connecting',
      'socket: closed',
      'socket: connecting',
      'so far: hello',
      'so far: hello world',
      'final: hello world',
      'socket: closed',
      'graceful drain ok, close ok, force skipped',
    ],
  },
  'ws-guard': {
    does: 'hangs up on a provider that answers nothing',
    prints: ['close(): over, code 1006', 'handshake: ERR_CONNECT_TIMEOUT', 'open: 1', 'disconnect(): forced, left: 0'],
  },
};

const entries = Object.entries(examples).map(([name, example]) => ({ name, ...example }));
const folder = join(process.env[runFolderVariable]!, 'examples');

beforeAll(() => {
  const sources = Object.keys(examples).map((name) => join(root, `examples/${name}.ts`));
  return bundleSources(sources, folder);
});

test.each(entries)(
  'examples/$name.ts $does',
  async ({ name, key, prints }) => {
    const env: Record<string, string> = key === undefined ? {} : { [key]: '' };
    const result = await run(process.execPath, [join(folder, `${name}.mjs`)], { env });
    expect(result).toMatchObject({ code: 0, stderr: '', stdout: [...prints, ''].join('\n') });
  },
  30_000,
);
