import { type Behaviour, reservedOpcodeFrame, type VoiceServer } from '../support/voice-server.ts';

/** How a bare child ends: alive until it is killed, dead of an error, or gone with its work undone. */
export type BareEnd = 'exits 0' | { hangs: string } | { crashes: RegExp } | { exit13: string };

export interface Claim {
  name: string;
  program: string;
  behaviour?: VoiceServer['behaviour'];
  env?: Record<string, string>;
  options?: object;
  /** Nothing listens on the port. */
  refuse?: true;
  /** The parent closes its server as soon as the child is connected. */
  serverLeaves?: true;
  bare: BareEnd;
  /** With hangup the child exits with 0 within so many ms of the shutdown call. */
  within: number;
  /** What the child says then. */
  says?: readonly (string | RegExp)[];
  /** The most connections that the server may have seen then. Default 1. */
  connections?: number;
  /** What hangup writes to stderr. Default: nothing. */
  warns?: RegExp;
}

const endless: Behaviour = { chunks: Number.POSITIVE_INFINITY, interval: 1 };
const blackHole: Behaviour = { ...endless, fault: { kind: 'black-hole' }, faultAfter: 2 };
const hangs30 = { hangs: 'the close timer of ws takes 30 s' };
const undone = { exit13: 'the loop never settles, so top-level await is never done' };
/** Node prints the ErrorEvent that nobody handles without its message. */
const closedEarly = { crashes: /UnhandledPromiseRejection|closed before the connection (was|is) established/ };

const frame = (data: string): Behaviour => ({ chunks: 2, done: false, fault: { kind: 'text', data }, faultAfter: 1 });

function survives(name: string, behaviour: Behaviour, crash: RegExp, program = 'receive'): Claim {
  return { name, program, behaviour, bare: { crashes: crash }, within: 1_000, says: [/./] };
}

const shutdowns: Claim[] = [
  { name: 'a: hang up when idle', program: 'idle', bare: 'exits 0', within: 1_000 },
  {
    name: 'a: hang up in mid-stream',
    program: 'mid-stream',
    behaviour: endless,
    bare: undone,
    within: 1_000,
    says: ['quietly'],
  },
  {
    name: 'b: idle, close frame never answered',
    program: 'idle',
    behaviour: { onClose: 'ignore' },
    bare: hangs30,
    within: 2_500,
  },
  {
    name: 'b: mid-stream, close frame never answered',
    program: 'mid-stream',
    behaviour: { ...endless, onClose: 'ignore' },
    env: { HOW: '{"timeout":300}' },
    bare: hangs30,
    within: 1_300,
    says: ['quietly'],
  },
  {
    name: 'b: close frame answered, TCP never ended',
    program: 'idle',
    behaviour: { onClose: 'answer-and-hang' },
    bare: hangs30,
    within: 2_500,
  },
  {
    name: 'g: black hole, forced',
    program: 'mid-stream',
    behaviour: blackHole,
    env: { HOW: 'true' },
    bare: hangs30,
    within: 1_000,
    says: ['quietly'],
  },
  {
    name: 'g: black hole, default budget',
    program: 'mid-stream',
    behaviour: blackHole,
    bare: hangs30,
    within: 3_000,
    says: ['quietly'],
  },
  {
    name: "g: black hole, the SDK's own close()",
    program: 'own-close',
    behaviour: blackHole,
    bare: hangs30,
    within: 2_500,
    says: ['quietly'],
  },
  {
    name: 'n: 50 MB in the buffers',
    program: 'buffered',
    behaviour: { stopReading: true },
    bare: hangs30,
    within: 1_500,
  },
];

const connecting: Claim[] = [
  ...(['tcp-silence', 'tls-stall', 'upgrade-stall'] as const).flatMap((greeting): Claim[] => [
    {
      name: `c: hang up while CONNECTING, ${greeting}`,
      program: 'connecting',
      behaviour: { greeting },
      bare: closedEarly,
      within: 1_000,
    },
    {
      name: `d: connect stalled, ${greeting}, connectTimeout`,
      program: 'connect-fails',
      behaviour: { greeting },
      options: { connectTimeout: 300 },
      bare: { hangs: 'there is no time limit' },
      within: 1_800,
      says: ['ERR_CONNECT_TIMEOUT'],
    },
  ]),
  {
    name: 'c: force while CONNECTING',
    program: 'connecting',
    behaviour: { greeting: 'tls-stall' },
    env: { FORCE: '1' },
    bare: closedEarly,
    within: 1_000,
  },
  {
    name: 'c: hang up in the tick of the dial',
    program: 'connecting',
    env: { SAME_TICK: '1' },
    bare: closedEarly,
    within: 1_000,
  },
  {
    name: 'd: 401 inside try/catch',
    program: 'connect-fails',
    behaviour: { greeting: 'upgrade-401' },
    bare: { crashes: /401/ },
    within: 1_000,
    says: [/./],
  },
  {
    name: 'd: ECONNREFUSED inside try/catch',
    program: 'connect-fails',
    refuse: true,
    bare: { crashes: /ECONNREFUSED/ },
    within: 1_000,
    says: [/./],
    connections: 0,
  },
  {
    name: 'j: cancel while CONNECTING',
    program: 'cancel-connecting',
    behaviour: { upgradeDelay: 100 },
    bare: { crashes: /could not send data/ },
    within: 1_000,
    says: ['cancelled'],
  },
];

const lateCalls: Claim[] = [
  {
    name: 'h: cancel in the tick of the shutdown',
    program: 'cancel-late',
    behaviour: endless,
    bare: { hangs: 'dials again' },
    within: 1_300,
    says: ['cancelled'],
  },
  {
    name: 'h: cancel after the shutdown',
    program: 'cancel-late',
    behaviour: endless,
    env: { CANCEL: 'later' },
    bare: { hangs: 'dials again' },
    within: 1_300,
    says: ['cancelled'],
  },
  {
    name: 'h: cancel after the server closed with 1000',
    program: 'cancel-after-drop',
    behaviour: { ...endless, fault: { kind: 'close', code: 1000 }, faultAfter: 3 },
    bare: { hangs: 'dials again' },
    within: 1_000,
    says: ['cancelled'],
  },
  {
    name: 'h: cancel after the end, second upgrade stalls',
    program: 'cancel-late',
    behaviour: (connection) => (connection === 0 ? endless : { greeting: 'upgrade-stall' }),
    env: { CANCEL: 'later' },
    bare: { hangs: 'cancel() never settles' },
    within: 1_300,
    says: ['cancelled'],
  },
  {
    name: 'h: cancel in a black hole, then hang up',
    program: 'cancel-late',
    behaviour: blackHole,
    env: { CANCEL: 'before' },
    bare: hangs30,
    within: 1_300,
    says: ['cancelled'],
  },
  {
    name: 'i: a push after the shutdown',
    program: 'push-late',
    behaviour: endless,
    env: { AWAITED: '1' },
    bare: { hangs: 'dials again, and the server streams on' },
    within: 1_000,
    says: ['ERR_DISCONNECTED'],
  },
  {
    name: 'i: un-awaited sends after the shutdown',
    program: 'push-late',
    behaviour: endless,
    bare: { crashes: /could not send data/ },
    within: 1_000,
  },
  {
    name: 'k: two sends after a drop',
    program: 'two-sends-after-drop',
    behaviour: (n) => (n === 0 ? {} : endless),
    serverLeaves: true,
    bare: { crashes: /could not send data/ },
    within: 1_500,
    says: ['quietly', 'quietly'],
    connections: 2,
  },
];

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
      name: `e/f: ${name} in mid-stream`,
      program: 'receive',
      behaviour: { ...endless, fault, faultAfter: 4 },
      bare: undone,
      within: 1_000,
      says: ['ERR_STREAM_ENDED'],
    }),
  ),
  {
    name: 'g: a black hole with a heartbeat ends by itself',
    program: 'receive',
    behaviour: blackHole,
    options: { heartbeat: { interval: 50, timeout: 100 } },
    bare: { hangs: 'nothing notices' },
    within: 1_500,
    says: ['ERR_STREAM_ENDED'],
  },
  {
    name: 'r: reset when idle, server gone',
    program: 'drop-idle',
    serverLeaves: true,
    bare: 'exits 0',
    within: 1_000,
    says: ['connected'],
  },
];

const badFrames: Claim[] = [
  survives('p: malformed JSON', frame('{"type":"chunk"'), /could not parse/),
  survives(
    'p: chunk data is a number',
    frame('{"type":"chunk","context_id":"$CTX","data":5}'),
    /must be of type string/,
  ),
  survives('p: chunk without data', frame('{"type":"chunk","context_id":"$CTX"}'), /must be of type string/),
  survives('p: binary frame', { ...frame(''), fault: { kind: 'binary', bytes: 9 } }, /could not parse/),
  survives('p: 120 MB frame', { ...frame(''), fault: { kind: 'huge-frame' } }, /Max payload size exceeded/),
  survives(
    'p: reserved opcode',
    { ...frame(''), fault: { kind: 'raw', bytes: reservedOpcodeFrame } },
    /invalid opcode/,
  ),
  survives(
    'p: "__proto__"',
    { ...frame('{"type":"__proto__","context_id":"$CTX"}'), interval: 30, done: true },
    /filter is not a function/,
    'generate',
  ),
  survives(
    'q: error event for a context',
    { ...frame(''), fault: { kind: 'error-event', withContext: true } },
    /injected error/,
  ),
  survives(
    'q: error event without a context',
    { ...frame(''), fault: { kind: 'error-event', withContext: false } },
    /injected error/,
  ),
  survives(
    'q: error event for a generate()',
    { ...frame(''), fault: { kind: 'error-event', withContext: true } },
    /injected error/,
    'generate',
  ),
  {
    name: 'p: bad frames that nobody listens to',
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

export const claims: readonly Claim[] = [...shutdowns, ...connecting, ...lateCalls, ...drops, ...badFrames];
