import type { Claim } from '../children/claim.ts';
import { slug } from '../contract/play.ts';
import type { Behaviour, Greeting } from '../support/voice-server.ts';

export interface NativeClaim extends Omit<Claim, 'bare' | 'serverLeaves' | 'warns'> {
  /** The end of the bare SDK on Node's own WebSocket, where that is a defect. */
  bare?: 'hangs' | 'crashes';
}

const endless: Behaviour = { chunks: Number.POSITIVE_INFINITY, interval: 2 };
const blackHole: Behaviour = { ...endless, fault: { kind: 'black-hole' }, faultAfter: 2 };

const stalls: readonly Greeting[] = ['tcp-silence', 'tls-stall', 'upgrade-stall'];

/** A client on Node's own WebSocket, with `ws` out of reach. */
export const nativeClaims: readonly NativeClaim[] = [
  { id: 'idle', promise: ['D1', 'D3'], name: 'hang up when idle', program: 'idle', within: 1_000 },
  {
    id: 'mid-stream',
    promise: ['D1', 'D3'],
    name: 'hang up in mid-stream',
    program: 'mid-stream',
    behaviour: endless,
    within: 1_000,
    says: ['quietly'],
  },
  {
    id: 'close-unanswered',
    promise: ['D1', 'D3'],
    name: 'idle, close frame never answered',
    program: 'idle',
    behaviour: { onClose: 'ignore' },
    bare: 'hangs',
    within: 2_500,
  },
  {
    id: 'tcp-kept-open',
    promise: ['D1', 'D3'],
    name: 'idle, close frame answered, TCP never ended',
    program: 'idle',
    behaviour: { onClose: 'answer-and-hang' },
    within: 2_500,
  },
  {
    id: 'black-hole-forced',
    promise: ['D2', 'D3'],
    name: 'black hole, forced',
    program: 'mid-stream',
    behaviour: blackHole,
    env: { HOW: 'true' },
    bare: 'hangs',
    within: 1_000,
    says: ['quietly'],
  },
  {
    id: 'stt-black-hole-forced',
    promise: ['D2', 'D3'],
    name: 'an STT socket, black hole, forced',
    program: 'transcribe',
    behaviour: { ...blackHole, faultAfter: 1 },
    env: { KIND: 'blackHole', MODE: 'auto' },
    bare: 'hangs',
    within: 1_000,
    says: ['closed'],
  },
  {
    id: 'black-hole',
    promise: ['D1', 'D3'],
    name: 'black hole, default budget',
    program: 'mid-stream',
    behaviour: blackHole,
    bare: 'hangs',
    within: 3_000,
    says: ['quietly'],
  },
  {
    id: 'black-hole-own-close',
    promise: ['D3', 'D5'],
    name: "black hole, the SDK's own close()",
    program: 'own-close',
    behaviour: blackHole,
    bare: 'hangs',
    within: 2_500,
    says: ['quietly'],
  },
  ...stalls.flatMap((greeting): NativeClaim[] => [
    {
      id: `connecting-${greeting}`,
      promise: ['D3', 'D9'],
      name: `hang up while CONNECTING, ${greeting}`,
      program: 'connecting',
      behaviour: { greeting },
      within: 1_000,
    },
    {
      id: `connecting-forced-${greeting}`,
      promise: ['D3', 'D9'],
      name: `force while CONNECTING, ${greeting}`,
      program: 'connecting',
      behaviour: { greeting },
      env: { FORCE: '1' },
      within: 1_000,
    },
    {
      id: `connect-times-out-${greeting}`,
      promise: 'D9',
      name: `connectTimeout, ${greeting}`,
      program: 'connect-fails',
      behaviour: { greeting },
      options: { connectTimeout: 300 },
      bare: 'hangs',
      within: 1_800,
      says: ['ERR_CONNECT_TIMEOUT'],
    },
  ]),
  {
    id: 'connect-401',
    promise: ['D9', 'D10'],
    name: '401 inside try/catch',
    program: 'connect-fails',
    behaviour: { greeting: 'upgrade-401' },
    bare: 'crashes',
    within: 1_000,
    says: [/^(ERR_CONNECT|rejected)$/],
    // From Node 24 on, its WebSocket asks a second time.
    connections: 2,
  },
  {
    id: 'connect-refused',
    promise: ['D9', 'D10'],
    name: 'refused inside try/catch',
    program: 'connect-fails',
    refuse: true,
    bare: 'crashes',
    within: 1_000,
    says: [/^(ERR_CONNECT|rejected)$/],
  },
  {
    id: 'reset-mid-stream',
    promise: 'D7',
    name: 'reset in mid-stream',
    program: 'receive',
    behaviour: { ...endless, fault: { kind: 'reset' }, faultAfter: 4 },
    within: 1_000,
    says: ['ERR_STREAM_ENDED'],
  },
];

export const twoSockets: NativeClaim = {
  id: 'one-of-two-sockets',
  promise: 'D2',
  name: 'one of two sockets to one host is destroyed, the other goes on',
  program: 'two-sockets',
  behaviour: (connection) => (connection === 0 ? blackHole : endless),
  within: 1_000,
  says: ['quietly', 'true', 'quietly'],
  connections: 2,
};

/** The end of a client of 1.x or 2.x. */
export const oldClaims: readonly NativeClaim[] = (
  [
    ['idle', {}, undefined, 'connected'],
    ['idle, close frame never answered', { onClose: 'ignore' }, 'hangs', 'connected'],
    ['upgrade stalls', { greeting: 'upgrade-stall' }, undefined, 'native'],
    ['nothing is answered', { greeting: 'tcp-silence' }, undefined, 'native'],
  ] as const
).flatMap(([name, behaviour, bare, word]) =>
  ['true', 'false'].map(
    (how): NativeClaim => ({
      id: `client-${slug(name)}${how === 'true' ? '-forced' : ''}`,
      promise: ['D1', 'D3'],
      name: `client.disconnect(${how}), ${name}`,
      program: 'native-client',
      behaviour,
      // Where the handshake stalls, long enough for it to be under way.
      env: { HOW: how, WAIT: word === 'connected' ? '8000' : '400' },
      ...(bare && { bare }),
      within: how === 'true' ? 1_000 : 3_000,
      says: [word],
    }),
  ),
);
