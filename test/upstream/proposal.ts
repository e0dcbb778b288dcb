import { join } from 'node:path';
import { type Format, root } from '../support/sdk.ts';

export const upstreamVersion = '4.2.0';
export const upstreamPatch = join(root, `patches/upstream/cartesia-js-${upstreamVersion}.patch`);

export interface Gap {
  /** `<place>/<id>`, of test/contract and test/children. */
  scenarios: readonly string[];
  why: string;
  /** The assertion that fails, where the scenario is played in the process of the tests. */
  fails?: RegExp;
  /** The only build in which it is one, and only on a Node that has no WebSocket of its own: 20. Everywhere by default. */
  onNode20?: Format;
}

/** Scenarios that the proposal does not cover. They must fail, and no other one may. */
export const gaps: readonly Gap[] = [
  {
    why: 'the report says how it ended and how long it took; it has no steps, and names no loop whose body is stuck',
    fails: /\bundefined\b/,
    scenarios: [
      'context-router/report-when-idle',
      'context-router/waits-no-longer-than-needed',
      'context-router/stuck-loop-is-named',
      'context-router/contexts-are-cancelled',
      'context-router/close-unanswered-idle',
      'context-router/ended-loops-count-as-ended',
      'every/idle',
      'every/mid-stream',
    ],
  },
  {
    why: 'the id of a context is taken until its loop has ended; another one of that id throws, as it does today',
    fails: /already registered/,
    scenarios: ['context-router/same-id-in-the-tick'],
  },
  {
    why: 'there is no option `drain`: disconnect() ends every stream at once',
    fails: /^the (chunks|stream|events|outcome|step)/,
    scenarios: [
      'every/drain-finishes-a-stream',
      'every/drain-closes-the-door',
      'every/drain-runs-out',
      'every/drain-in-the-budget',
      'every/drain-when-idle',
      'every/drain-is-forced',
      'every/drain-is-aborted',
      'every/drop-while-draining',
      'every/fin-while-draining',
      'every/reset-while-draining',
      'every/black-hole-while-draining',
      'context-router/drain-ends-the-inputs',
      'context-router/drain-ended-in-its-tick',
      'context-router/drain-ends-no-input-twice',
      'context-router/drain-says-a-push-of-the-tick',
      'context-router/drain-waits-for-a-slow-reader',
      'context-router/drain-leaves-the-rest-to-a-slow-reader',
      'context-router/drop-with-a-slow-reader-while-draining',
      'context-router/drain-lets-loops-begin',
      'context-router/error-event-while-draining',
    ],
  },
  {
    why: 'the options are checked by their types only',
    fails: /Missing expected exception/,
    scenarios: ['every/invalid-budgets'],
  },
  {
    why: '`ws` has no event for the close frame of the peer: the loop ends with TCP, or with disconnect()',
    fails: /^the end of the stream: not within/,
    scenarios: ['every/close-frame-and-hang'],
  },
  {
    why: 'it waits for the close event, which `ws` does not emit once a message listener has thrown: disconnect() is never done',
    scenarios: [
      'children/listener-threw-forced',
      'children/listener-threw-forced-with-heartbeat',
      'children/listener-threw',
    ],
  },
  {
    why: "the server's close reason is handed on as it is",
    fails: /TESTKEY/,
    scenarios: ['every/close-reason-scrubbed'],
  },
  {
    why: 'generate() gets no time limit',
    fails: /^the end of the stream: not within/,
    scenarios: ['context-router/generate-timeout'],
  },
  { why: 'there is no heartbeat', scenarios: ['children/heartbeat'] },
  { why: 'the error of a handshake that was refused has no code', scenarios: ['children/connect-401'] },
  {
    why: "every one of them is logged, by the client's logger; hangup warns once",
    scenarios: ['children/bad-frames-unheard'],
  },
  {
    why: '`new TTSWS()` in the tick in which its module is loaded comes before import("ws") is done, and throws; tts.websocket() waits for it',
    onNode20: 'esm',
    scenarios: [
      'children/connecting-tcp-silence',
      'children/connecting-tls-stall',
      'children/connecting-upgrade-stall',
      'children/connecting-forced',
      'children/in-the-tick-of-the-dial',
      'children/cancel-while-connecting',
    ],
  },
];
