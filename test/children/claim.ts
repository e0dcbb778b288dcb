import type { Behaviour, VoiceServer } from '../support/voice-server.ts';

/** The end of a bare child: it is killed because it hangs, it crashes, or it exits with its work undone. */
export type BareEnd = 'exits 0' | { hangs: string } | { crashes: RegExp } | { exit13: string };

export interface Claim {
  id: string;
  /** The promises of CONTRACT.md that it tests. */
  promise: string | readonly string[];
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
  /** The words that the child says then. */
  says?: readonly (string | RegExp)[];
  /** The most connections that the server may have seen then. Default 1. */
  connections?: number;
  /** The text that hangup writes to stderr. Default: nothing. */
  warns?: RegExp;
}

export const endless: Behaviour = { chunks: Number.POSITIVE_INFINITY, interval: 1 };
export const blackHole: Behaviour = { ...endless, fault: { kind: 'black-hole' }, faultAfter: 2 };
export const hangs30 = { hangs: 'the close timer of ws takes 30 s' };
export const undone = { exit13: 'the loop never settles, so top-level await is never done' };
/** The bare SDK crashes with this when a CONNECTING socket is closed. Node prints an unhandled ErrorEvent without its message. */
export const closedEarly = { crashes: /UnhandledPromiseRejection|closed before the connection (was|is) established/ };
