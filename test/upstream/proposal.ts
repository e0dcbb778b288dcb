import { join } from 'node:path';
import { type Format, root } from '../support/sdk.ts';

export const upstreamVersion = '4.2.0';
export const upstreamPatch = join(root, `patches/upstream/cartesia-js-${upstreamVersion}.patch`);

export interface Gap {
  /** Names in test/contract/scenarios, test/contract/common and test/children. */
  scenarios: readonly string[];
  why: string;
  /** The only build in which it is one, and only on a Node that has no WebSocket of its own: 20. Everywhere by default. */
  onNode20?: Format;
}

/** What the proposal does not cover. It must fail, and nothing else may: test/upstream, and `npm run docs` for the table. */
export const gaps: readonly Gap[] = [
  {
    why: 'the report says how it ended and how long it took; it has no steps, and names no loop whose body is stuck',
    scenarios: [
      'disconnect() when idle closes politely and reports it',
      'disconnect() waits no longer than the loops need, and abandons nothing that ended',
      'disconnect({timeout}) names the loop whose body is stuck, and does not wait for it',
      'disconnect() tells the server to stop each open context before it closes',
      'disconnect({timeout}) forces when the close frame is never answered, idle',
      'disconnect() counts a loop that has ended as ended',
      'disconnect() when idle closes politely',
      'disconnect() in the middle of a stream ends it quietly',
    ],
  },
  {
    why: 'the id of a context is taken until its loop has ended; another one of that id throws, as it does today',
    scenarios: ['a context of the same id, made in the tick of disconnect(), does not take over the loop that ends'],
  },
  {
    why: 'the options are checked by their types only',
    scenarios: ['invalid budgets and unknown options throw TypeError at once and change nothing'],
  },
  {
    why: '`ws` has no event for the close frame of the peer: the loop ends with TCP, or with disconnect()',
    scenarios: ['a peer that sends its close frame and hangs ends the stream at once'],
  },
  {
    why: 'it waits for the close event, which `ws` does not emit once a message listener has thrown: disconnect() is never done',
    scenarios: [
      'a listener of the app has thrown, and the app goes on; forced',
      'a listener of the app has thrown, and the app goes on; forced, with a heartbeat',
      'a listener of the app has thrown, and the app goes on',
    ],
  },
  {
    why: "the server's close reason is handed on as it is",
    scenarios: ['close reasons are scrubbed and bounded', 'close reasons are scrubbed'],
  },
  {
    why: 'generate() gets no time limit',
    scenarios: ['generate(request, {timeout}) tells a silent server from a dead one'],
  },
  { why: 'there is no heartbeat', scenarios: ['g: a black hole with a heartbeat ends by itself'] },
  {
    why: "every one of them is logged, by the client's logger; hangup warns once",
    scenarios: ['p: bad frames that nobody listens to'],
  },
  {
    why: '`new TTSWS()` in the tick in which its module is loaded comes before import("ws") is done, and throws; tts.websocket() waits for it',
    onNode20: 'esm',
    scenarios: [
      'c: hang up while CONNECTING, tcp-silence',
      'c: hang up while CONNECTING, tls-stall',
      'c: hang up while CONNECTING, upgrade-stall',
      'c: force while CONNECTING',
      'c: hang up in the tick of the dial',
      'j: cancel while CONNECTING',
    ],
  },
];
