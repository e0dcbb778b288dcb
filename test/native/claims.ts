import type { Behaviour, Greeting, Protocol, VoiceServer } from '../support/voice-server.ts';

export interface NativeClaim {
  name: string;
  program: string;
  behaviour?: VoiceServer['behaviour'];
  /** Default `tts`. */
  protocol?: Protocol;
  env?: Record<string, string>;
  options?: object;
  /** Nothing listens on the port. */
  refuse?: true;
  /** How the bare SDK ends on Node's own WebSocket, where that is a defect. */
  bare?: 'hangs' | 'crashes';
  /** ms from the shutdown call to the exit. */
  within: number;
  says?: readonly (string | RegExp)[];
  /** The most connections that the server may have seen then. Default 1. */
  connections?: number;
}

const endless: Behaviour = { chunks: Number.POSITIVE_INFINITY, interval: 2 };
const blackHole: Behaviour = { ...endless, fault: { kind: 'black-hole' }, faultAfter: 2 };

const stalls: readonly Greeting[] = ['tcp-silence', 'tls-stall', 'upgrade-stall'];

/** The column "native" of the findings. */
export const nativeClaims: readonly NativeClaim[] = [
  { name: 'hang up when idle', program: 'idle', within: 1_000 },
  { name: 'hang up in mid-stream', program: 'mid-stream', behaviour: endless, within: 1_000, says: ['quietly'] },
  {
    name: 'idle, close frame never answered',
    program: 'idle',
    behaviour: { onClose: 'ignore' },
    bare: 'hangs',
    within: 2_500,
  },
  {
    name: 'idle, close frame answered, TCP never ended',
    program: 'idle',
    behaviour: { onClose: 'answer-and-hang' },
    within: 2_500,
  },
  {
    name: 'black hole, forced',
    program: 'mid-stream',
    behaviour: blackHole,
    env: { HOW: 'true' },
    bare: 'hangs',
    within: 1_000,
    says: ['quietly'],
  },
  {
    name: 'an STT socket, black hole, forced',
    program: 'transcribe',
    protocol: 'stt-turns',
    behaviour: { ...blackHole, faultAfter: 4 },
    env: { KIND: 'blackHole', MODE: 'auto' },
    bare: 'hangs',
    within: 1_000,
    says: ['closed'],
  },
  {
    name: 'black hole, default budget',
    program: 'mid-stream',
    behaviour: blackHole,
    bare: 'hangs',
    within: 3_000,
    says: ['quietly'],
  },
  {
    name: "black hole, the SDK's own close()",
    program: 'own-close',
    behaviour: blackHole,
    bare: 'hangs',
    within: 2_500,
    says: ['quietly'],
  },
  ...stalls.flatMap((greeting): NativeClaim[] => [
    { name: `hang up while CONNECTING, ${greeting}`, program: 'connecting', behaviour: { greeting }, within: 1_000 },
    {
      name: `force while CONNECTING, ${greeting}`,
      program: 'connecting',
      behaviour: { greeting },
      env: { FORCE: '1' },
      within: 1_000,
    },
    {
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
    name: 'refused inside try/catch',
    program: 'connect-fails',
    refuse: true,
    bare: 'crashes',
    within: 1_000,
    says: [/^(ERR_CONNECT|rejected)$/],
  },
  {
    name: 'reset in mid-stream',
    program: 'receive',
    behaviour: { ...endless, fault: { kind: 'reset' }, faultAfter: 4 },
    within: 1_000,
    says: ['ERR_STREAM_ENDED'],
  },
];

export const twoSockets: NativeClaim = {
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
