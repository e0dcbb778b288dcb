import { slug } from '../contract/play.ts';
import { type Behaviour, hugeFrame, reservedOpcodeFrame } from '../support/voice-server.ts';
import { blackHole, type Claim, endless, undone } from './claim.ts';

const frame = (data: string): Behaviour => ({ chunks: 2, done: false, fault: { kind: 'text', data }, faultAfter: 1 });

/** The proposal in patches/upstream/ has another error for a frame that cannot be read. */
const unreadable = /^(ERR_STREAM_ENDED|could not parse websocket event)$/;

interface Survival {
  program?: string;
  says?: string | RegExp;
}

function survives(
  name: string,
  behaviour: Behaviour,
  crash: RegExp,
  { program = 'receive', says = unreadable }: Survival = {},
): Claim {
  const claim = { id: slug(name), promise: 'D10', name, program, behaviour, within: 1_000, says: [says] };
  return { ...claim, bare: { crashes: crash } };
}

/** Faults of the peer. */
const drops: Claim[] = [
  ...(
    [
      ['close 1000', { kind: 'close', code: 1000 }],
      ['close 1011', { kind: 'close', code: 1011 }],
      ['reset', { kind: 'reset' }],
      ['FIN', { kind: 'fin' }],
    ] as const
  ).map(
    ([name, fault]): Claim => ({
      id: `${slug(name)}-mid-stream`,
      promise: 'D7',
      name: `${name} in mid-stream`,
      program: 'receive',
      behaviour: { ...endless, fault, faultAfter: 4 },
      bare: undone,
      within: 1_000,
      says: ['ERR_STREAM_ENDED'],
    }),
  ),
  {
    id: 'heartbeat',
    promise: 'D11',
    name: 'a black hole with a heartbeat ends by itself',
    program: 'receive',
    behaviour: blackHole,
    options: { heartbeat: { interval: 50, timeout: 100 } },
    bare: { hangs: 'nothing notices' },
    within: 1_500,
    says: ['ERR_STREAM_ENDED'],
  },
  {
    id: 'reset-when-idle',
    promise: ['D3', 'D10'],
    name: 'reset when idle, server gone',
    program: 'drop-idle',
    serverLeaves: true,
    bare: 'exits 0',
    within: 1_000,
    says: ['connected'],
  },
];

const badFrames: Claim[] = [
  survives('malformed JSON', frame('{"type":"chunk"'), /could not parse/),
  survives('chunk data is a number', frame('{"type":"chunk","context_id":"$CTX","data":5}'), /must be of type string/),
  survives('chunk without data', frame('{"type":"chunk","context_id":"$CTX"}'), /must be of type string/),
  survives('binary frame', { ...frame(''), fault: { kind: 'binary', bytes: 9 } }, /could not parse/),
  survives('120 MB frame', { ...frame(''), fault: { kind: 'raw', bytes: hugeFrame } }, /Max payload size exceeded/),
  survives('reserved opcode', { ...frame(''), fault: { kind: 'raw', bytes: reservedOpcodeFrame } }, /invalid opcode/),
  survives(
    '"__proto__"',
    { ...frame('{"type":"__proto__","context_id":"$CTX"}'), interval: 30, done: true },
    /filter is not a function/,
    { program: 'generate', says: /^(ERR_STREAM_ENDED|quietly)$/ },
  ),
  survives(
    'error event for a context',
    { ...frame(''), fault: { kind: 'error-event', withContext: true } },
    /injected error/,
    { says: 'injected error' },
  ),
  survives(
    'error event without a context',
    { ...frame(''), fault: { kind: 'error-event', withContext: false } },
    /injected error/,
    { says: 'injected error' },
  ),
  survives(
    'error event for a generate()',
    { ...frame(''), fault: { kind: 'error-event', withContext: true } },
    /injected error/,
    { program: 'generate', says: 'rejected' },
  ),
  {
    id: 'bad-frames-unheard',
    promise: ['D10', 'D13'],
    name: 'bad frames that nobody listens to',
    program: 'nobody-listens',
    behaviour: {
      chunks: 2,
      fault: { kind: 'text', data: ['{"no', '{"no sk_car_TESTKEYdonotprint', '{"no'] },
      faultAfter: 1,
    },
    bare: { crashes: /could not parse/ },
    within: 1_300,
    warns: /^\(node:\d+\) \S*Warning: [^\n]+\n(\(Use `node --trace-warnings[^\n]+\n)?$/,
  },
];

export const faultClaims: readonly Claim[] = [...drops, ...badFrames];
