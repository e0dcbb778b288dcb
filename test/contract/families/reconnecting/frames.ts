import assert from 'node:assert/strict';
import { chunkSamples } from '../../../support/reconnecting.ts';
import type { Fault } from '../../../support/voice-server.ts';
import { hugeFrame, reservedOpcodeFrame } from '../../../support/voice-server.ts';
import { looksFinished } from '../../defects.ts';
import { slug } from '../../play.ts';
import { endless } from '../../stage.ts';
import type { Scenario } from './stage.ts';

const chunk = (data: string, more = '') => `{"type":"chunk","context_id":"$CTX","data":${data},"done":false${more}}`;
/** 16 samples of `pcm_f32le`. */
const audio = Buffer.alloc(64, 7).toString('base64');

const before101 = (version: string) => /^1\.0\.0/.test(version);

interface BadFrame {
  what: string;
  fault: Fault;
  crashes: RegExp;
  /** Names its context: another stream is left alone. */
  isNamed?: true;
}

const badFrames: readonly BadFrame[] = [
  { what: 'no JSON', fault: { kind: 'text', data: '{"type":' }, crashes: /JSON/ },
  { what: 'null', fault: { kind: 'text', data: 'null' }, crashes: /null/ },
  {
    what: 'audio that ends in mid-message',
    fault: { kind: 'text', data: `{"type":"chunk","context_id":"$CTX","data":"${audio}","done":fal` },
    crashes: /JSON/,
  },
  { what: 'audio that is a number', fault: { kind: 'text', data: chunk('5') }, crashes: /./, isNamed: true },
  { what: 'audio that is an object', fault: { kind: 'text', data: chunk('{"a":1}') }, crashes: /./, isNamed: true },
  {
    what: 'audio that is no base64',
    fault: { kind: 'text', data: chunk('"abc"') },
    crashes: /multiple of 4/,
    isNamed: true,
  },
  {
    what: 'padding inside of audio',
    fault: { kind: 'text', data: chunk('"AA==AAAAAAAAAAAAAAAA"') },
    crashes: /multiple of 4|offset/,
    isNamed: true,
  },
  {
    what: 'half a sample',
    fault: { kind: 'text', data: chunk('"AAAA"') },
    crashes: /multiple of 4|offset/,
    isNamed: true,
  },
  {
    what: 'escaped characters in bad audio',
    fault: { kind: 'text', data: chunk('"AA\\/"') },
    crashes: /multiple of 4/,
    isNamed: true,
  },
];

const ended: readonly Scenario[] = badFrames.map(({ what, fault, crashes }) => ({
  id: `frame-${slug(what)}-ends-the-only-stream`,
  promise: 'D10',
  name: `${what}: ends the only stream with a cause, and the connection goes on`,
  bare: { crashes },
  async run(stage) {
    const voice = await stage.open({ ...endless, fault, faultAfter: 2 });
    const reader = stage.read(await stage.speak(voice, 'a'));
    const error = await stage.endsWith(reader);
    assert.equal(reader.samples, 2 * chunkSamples);
    assert.equal(error.closeCode, undefined);
    await stage.works(voice, 'b');
    assert.equal(stage.connections, 1);
  },
}));

const named: readonly Scenario[] = badFrames
  .filter(({ isNamed }) => isNamed)
  .map(({ what, fault, crashes }) => ({
    id: `frame-${slug(what)}-leaves-another-alone`,
    promise: 'D10',
    name: `${what}: leaves another stream alone`,
    bare: { crashes },
    async run(stage) {
      const voice = await stage.open({ chunks: 8, interval: 20 });
      const other = stage.read(await stage.speak(voice, 'other'));
      const concerned = stage.read(await stage.speak(voice, 'a'));
      await stage.ready(() => stage.server.seen.messages.length === 2, 'both requests');
      stage.server.inflict(fault);
      await stage.endsWith(concerned);
      assert.equal(await stage.endsAfter(other), 0);
      assert.equal(other.samples, 8 * chunkSamples);
    },
  }));

const harmlessTexts: readonly [what: string, data: string, skip?: (version: string) => boolean][] = [
  ['a number', '5'],
  ['a string', '"hello"'],
  ['a message of another context', '{"type":"chunk","context_id":"nobody","data":"","done":false}'],
  ['an unknown type', '{"type":"__proto__","context_id":"nobody"}'],
  [
    'spaces and escapes in good audio',
    `{ "type": "chunk", "context_id": "$CTX", "data": "${audio.replaceAll('/', '\\/')}" }`,
  ],
  ['more keys, one of them named data', chunk(`"${audio}"`, ',"meta":{"data":"x"}')],
];

const harmless: readonly Scenario[] = harmlessTexts.map(([what, data]) => ({
  id: `frame-${slug(what)}-changes-nothing`,
  promise: 'D14',
  name: `${what}: changes nothing`,
  bare: 'passes',
  async run(stage) {
    const voice = await stage.open({ chunks: 3, fault: { kind: 'text', data }, faultAfter: 2 });
    const reader = stage.read(await stage.speak(voice, 'a'));
    assert.equal(await stage.endsAfter(reader), 0);
    const more = data.includes('$CTX') ? 1 : 0;
    assert.equal(reader.samples, (3 + more) * chunkSamples);
  },
}));

/** D10: frames that the SDK cannot read. */
export const frames: readonly Scenario[] = [
  ...ended,
  ...named,
  ...harmless,
  {
    id: 'frame-without-audio',
    promise: 'D14',
    name: 'a message without audio: changes nothing',
    bare: ({ version }) => (before101(version) ? { crashes: /./ } : 'passes'),
    async run(stage) {
      const fault: Fault = { kind: 'text', data: '{"type":"flush_done","context_id":"$CTX","done":false}' };
      const voice = await stage.open({ chunks: 3, fault, faultAfter: 2 });
      const reader = stage.read(await stage.speak(voice, 'a'));
      assert.equal(await stage.endsAfter(reader), 0);
      assert.equal(reader.samples, 3 * chunkSamples);
    },
  },
  {
    id: 'binary-frame',
    promise: 'D14',
    name: 'a binary frame: changes nothing',
    bare: 'passes',
    async run(stage) {
      const voice = await stage.open({ chunks: 3, fault: { kind: 'binary', bytes: 64 }, faultAfter: 2 });
      assert.equal(await stage.endsAfter(stage.read(await stage.speak(voice, 'a'))), 0);
    },
  },
  ...(
    [
      ['a reserved opcode', { kind: 'raw', bytes: reservedOpcodeFrame }],
      ['a frame of 120 MB', { kind: 'raw', bytes: hugeFrame }],
    ] as const
  ).map(
    ([what, fault]): Scenario => ({
      id: `frame-${slug(what)}`,
      promise: 'D7',
      name: `${what}: ends the stream with the reason`,
      bare: looksFinished,
      async run(stage) {
        const voice = await stage.open({ ...endless, fault, faultAfter: 2 });
        const error = await stage.endsWith(stage.read(await stage.speak(voice, 'a')));
        assert.ok(error.cause instanceof Error, 'it says why');
      },
    }),
  ),
];
